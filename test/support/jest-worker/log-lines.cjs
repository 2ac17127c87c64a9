'use strict';

/** How Nest's console logger begins a line, with or without colours, and what its JSON has. */
const LOG_LINE = /^(\S*\[Nest\] |\{"level":")/m;

/** The most of a line that is told. */
const TOLD = 120;

/**
 * The sentence a file fails with that prints an app's log lines, among which nobody finds what a test
 * says; null where a text has none.
 */
function loggedBy(file, text) {
  const found = LOG_LINE.exec(text);
  if (found === null) return null;
  const [line] = text.slice(found.index).split('\n', 1);
  return `${file} prints an app's log lines: "${line.slice(0, TOLD)}". Silence its logger.`;
}

/** Watches over what one file prints, from its beginning. */
function watchOutput(file, streams = [process.stdout, process.stderr]) {
  let sentence = null;
  const undo = streams.map((stream) => {
    const { write } = stream;
    const isOwn = Object.hasOwn(stream, 'write');
    stream.write = function (chunk, ...rest) {
      sentence ??= loggedBy(file, String(chunk));
      return write.call(stream, chunk, ...rest);
    };
    return () => {
      if (isOwn) stream.write = write;
      else delete stream.write;
    };
  });
  return {
    /** @returns a sentence that names the file and the first line; null where it printed none */
    end() {
      for (const each of undo) each();
      return sentence;
    },
  };
}

module.exports = { loggedBy, watchOutput };
