import { ApiHeader } from './description.js';

/** The route reads the visitor's proof beside its credential; without one, nobody is proved. */
export function ReadsVisitorToken(): ClassDecorator & MethodDecorator {
  return ApiHeader({
    name: 'X-Visitor-Token',
    required: false,
    schema: { type: 'string' },
    description:
      "The visitor's proof, as `visitors/init` gave it. What was opened with one needs it from then on.",
  });
}
