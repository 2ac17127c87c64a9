import { type End, type Fact, type Operation, Telemetry } from '#platform';

/** What the code has said of its work: each operation with its end, and each fact, in order. */
export type Heard = (Operation & End) | Fact;

/** A telemetry with somebody who keeps all that he hears. */
export function observedWork(): { readonly telemetry: Telemetry; readonly heard: Heard[] } {
  const telemetry = new Telemetry();
  const heard: Heard[] = [];
  telemetry.observe({
    begin: (operation) => ({
      within: (work) => work(),
      end: (end) => void heard.push({ ...operation, ...end }),
    }),
    note: (fact) => void heard.push(fact),
  });
  return { telemetry, heard };
}
