'use strict';

/** Files change while Jest watches, and its coverage counts what each file loads by itself. */
exports.isKept = ({ watch, watchAll, collectCoverage, detectLeaks }) =>
  !watch && !watchAll && !collectCoverage && !detectLeaks;
