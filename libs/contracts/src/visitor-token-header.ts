import { ApiHeader } from './description.js';
import { VISITOR_TOKEN_HEADER } from './visitor-token.js';

/** The route reads the visitor's proof beside its credential; without one, nobody is proved. */
export function ReadsVisitorToken(): ClassDecorator & MethodDecorator {
  return ApiHeader({
    name: VISITOR_TOKEN_HEADER,
    required: false,
    description:
      "The visitor's proof, as `visitors/init` gave it. What was opened with one needs it from then on.",
  });
}
