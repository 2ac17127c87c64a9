/** A deliberate fault: which text of which compiled file becomes what. */
export interface SeededBug {
  readonly name: string;
  /** The provocation that has to show it. */
  readonly provocation: string;
  readonly edits: readonly {
    readonly file: string;
    readonly from: string | RegExp;
    readonly to: string;
  }[];
}

const avatar = 'apps/ilianaai-avatar/src';

export const seededBugs: readonly SeededBug[] = [
  {
    name: 'acknowledge before store',
    provocation: 'killed at the first acknowledgement',
    edits: [
      {
        file: `${avatar}/turns/turn-writer.js`,
        from: 'const result = await this.commits.add({ owner: { id, accountId, traceId }, line, openAtMs });',
        to: "this.commits.add({ owner: { id, accountId, traceId }, line, openAtMs }).catch(() => undefined); const result = 'stored';",
      },
    ],
  },
  {
    name: 'no unique index',
    provocation: 'more tokens at once than slots',
    edits: [
      {
        file: `${avatar}/sessions/store/session.schema.js`,
        from: "name: 'slot', unique: true,",
        to: "name: 'slot',",
      },
    ],
  },
  {
    name: 'no epoch check',
    provocation: 'an answer later than its lease',
    edits: [
      {
        file: `${avatar}/sessions/store/session.repository.js`,
        from: "epoch === undefined ? {} : { 'lease.epoch': epoch }",
        to: '{}',
      },
      {
        file: `${avatar}/sessions/store/session-store.service.js`,
        from: 'if (!session || (epoch !== undefined && session.lease.epoch !== epoch))',
        to: 'if (!session)',
      },
    ],
  },
  {
    name: 'retry of 4xx',
    provocation: 'a delivery that is refused for good',
    edits: [
      {
        file: `${avatar}/delivery/delivery-verdict.js`,
        from: 'const PARKED_AT_ONCE = [400, 409, 413, 422];',
        to: 'const PARKED_AT_ONCE = [];',
      },
    ],
  },
  {
    name: 'follow redirects',
    provocation: 'a redirect of a delivery',
    edits: [
      {
        file: `${avatar}/accounts/petya-http.js`,
        from: 'maxRedirects: 0',
        to: 'maxRedirects: 5',
      },
    ],
  },
  {
    name: 'filter without account',
    provocation: 'a key of another account',
    edits: [
      {
        file: `${avatar}/sessions/session-access.js`,
        from: 'findByVendorId(id, accountId)',
        to: 'findByVendorId(id)',
      },
      {
        file: `${avatar}/sessions/session-access.js`,
        from: 'findByVendorIdToChange(id, accountId)',
        to: 'findByVendorIdToChange(id)',
      },
    ],
  },
  {
    name: 'cursor before page',
    provocation: 'killed between cursor and page',
    edits: [
      {
        file: `${avatar}/upkeep/steps/record-reader.js`,
        from: 'await this.transcripts.placeVendorLines(session, read.lines);',
        to: 'setTimeout(() => void this.transcripts.placeVendorLines(session, read.lines), 5000);',
      },
      {
        file: `${avatar}/upkeep/steps/read-record.step.js`,
        from: 'this.reader.read(claimed, null, ',
        to: 'this.reader.read(claimed, claimed.transcript.cursor, ',
      },
      {
        file: `${avatar}/sessions/domain/session-moves.js`,
        from: /cursor: null,(\s+failures: 0,\s+nextReadAt: now,\s+noticedAt)/,
        to: '$1',
      },
    ],
  },
  {
    name: 'swallowed stop error',
    provocation: 'the vendor fails to stop',
    edits: [
      {
        file: `${avatar}/upkeep/steps/stop.step.js`,
        from: 'return this.tryLater(stopping, error);',
        to: 'void error;',
      },
    ],
  },
  {
    name: 'no grace',
    provocation: 'back within the grace',
    edits: [
      {
        file: `${avatar}/sessions/domain/session-timing.js`,
        from: 'later(goneAt, budgets.leaveGraceSeconds)',
        to: 'later(goneAt, 0)',
      },
    ],
  },
  {
    name: 'logged key',
    provocation: 'keys in logs',
    edits: [
      {
        file: `${avatar}/accounts/accounts.service.js`,
        from: /async byKey\((\w+)\) \{/,
        to: 'async byKey($1) { process.stdout.write(`key ${$1}\\n`);',
      },
    ],
  },
  {
    name: 'minutes never end',
    provocation: 'minutes that are used up',
    edits: [
      {
        file: `${avatar}/budgets/minutes.js`,
        from: 'return seconds < Math.max(1, running) * ENDING_SECONDS;',
        to: 'return seconds === null;',
      },
    ],
  },
  {
    name: 'promised minutes',
    provocation: 'minutes that are used up',
    edits: [
      {
        file: `${avatar}/budgets/minutes.js`,
        from: 'left.seconds - promised(live, now)',
        to: 'left.seconds',
      },
    ],
  },
  {
    name: 'unbilled delivery',
    provocation: 'minutes that are used up',
    edits: [
      {
        file: `${avatar}/delivery/status-update.mapper.js`,
        from: '{ billedSeconds: billed.seconds }',
        to: '{}',
      },
    ],
  },
];
