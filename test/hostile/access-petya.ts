/** Everybody who may ask Petya something, in the order of the statuses below. */
export const CALLERS = [
  'nobody',
  'customer key',
  'other visitor',
  'own token',
  'secret key',
  'secret key with Origin',
  'other account',
  "other account's secret key",
  'service',
  'admin',
  'customer key where proof is required',
] as const;

export type PetyaCaller = (typeof CALLERS)[number];

/** What a call is about; each is made anew for each call. */
export type PetyaObject =
  | 'nothing'
  | 'proved visitor'
  | 'unproved visitor'
  | 'proved'
  | 'proved by externalId'
  | 'unproved'
  | 'unproved by externalId'
  | 'unproved by externalId and visitor'
  | 'of before'
  | 'of before, in use'
  | "nobody's"
  | "nobody's by externalId";

type Status = 200 | 201 | 401 | 403 | 404 | 409;
type Row = readonly [PetyaObject, ...Status[]];

/** Who gets which status for what; a change of it is a change of who may do what. */
export const PETYA_ACCESS: Readonly<Record<string, readonly Row[]>> = {
  //        nobody, key, other visitor, own, secret, with Origin, other account and its secret, service, admin, key where proof is required
  'GET /account/config': [['nothing', 401, 200, 200, 200, 200, 401, 200, 200, 401, 401, 200]],
  'GET /avatar/config': [['nothing', 401, 200, 200, 200, 200, 401, 200, 200, 401, 401, 200]],
  'POST /visitors/init': [
    ['nothing', 401, 201, 200, 200, 201, 401, 201, 201, 401, 401, 201],
    ['proved visitor', 401, 401, 404, 200, 200, 401, 404, 404, 401, 401, 401],
    ['unproved visitor', 401, 200, 404, 200, 200, 401, 404, 404, 401, 401, 401],
  ],
  'POST /conversations/userConversation/init': [
    ['nothing', 401, 201, 201, 201, 201, 401, 201, 201, 401, 401, 401],
    ['proved visitor', 401, 401, 404, 201, 201, 401, 404, 404, 401, 401, 401],
    ['unproved visitor', 401, 201, 404, 201, 201, 401, 404, 404, 401, 401, 401],
    ['proved by externalId', 401, 409, 409, 200, 200, 401, 201, 201, 401, 401, 401],
    ['unproved by externalId', 401, 409, 409, 200, 200, 401, 201, 201, 401, 401, 401],
    ['unproved by externalId and visitor', 401, 200, 404, 200, 200, 401, 404, 404, 401, 401, 401],
    ["nobody's by externalId", 401, 200, 409, 409, 200, 401, 201, 201, 401, 401, 401],
  ],
  'GET /conversations/userConversation/:id': [
    ['proved', 401, 401, 404, 200, 200, 401, 404, 404, 401, 401, 401],
    ['proved by externalId', 401, 404, 404, 200, 200, 401, 404, 404, 401, 401, 401],
    ['unproved', 401, 401, 404, 200, 200, 401, 404, 404, 401, 401, 401],
    ['unproved by externalId', 401, 404, 404, 200, 200, 401, 404, 404, 401, 401, 401],
    ["nobody's", 401, 401, 404, 404, 200, 401, 404, 404, 401, 401, 401],
    ["nobody's by externalId", 401, 404, 404, 404, 200, 401, 404, 404, 401, 401, 401],
    ['of before', 401, 404, 404, 200, 200, 401, 404, 404, 401, 401, 401],
    ['of before, in use', 401, 404, 404, 200, 200, 401, 404, 404, 401, 401, 401],
  ],
  'PATCH /conversations/userConversation/:id/status': [
    ['proved', 401, 401, 404, 200, 200, 401, 404, 404, 401, 401, 401],
    ['proved by externalId', 401, 404, 404, 200, 200, 401, 404, 404, 401, 401, 401],
    ['unproved', 401, 200, 404, 200, 200, 401, 404, 404, 401, 401, 401],
    ['unproved by externalId', 401, 404, 404, 200, 200, 401, 404, 404, 401, 401, 401],
    ["nobody's", 401, 200, 200, 200, 200, 401, 404, 404, 401, 401, 401],
    ["nobody's by externalId", 401, 404, 404, 404, 200, 401, 404, 404, 401, 401, 401],
    ['of before', 401, 404, 404, 200, 200, 401, 404, 404, 401, 401, 401],
    ['of before, in use', 401, 200, 404, 200, 200, 401, 404, 404, 401, 401, 401],
  ],
  'POST /messages/userMessages/init': [
    ['proved', 401, 401, 404, 201, 201, 401, 404, 404, 401, 401, 401],
    ['proved by externalId', 401, 404, 404, 201, 201, 401, 404, 404, 401, 401, 401],
    ['unproved', 401, 201, 404, 201, 201, 401, 404, 404, 401, 401, 401],
    ['unproved by externalId', 401, 404, 404, 201, 201, 401, 404, 404, 401, 401, 401],
    ["nobody's", 401, 201, 201, 201, 201, 401, 404, 404, 401, 401, 401],
    ["nobody's by externalId", 401, 404, 404, 404, 201, 401, 404, 404, 401, 401, 401],
    ['of before', 401, 404, 404, 201, 201, 401, 404, 404, 401, 401, 401],
    ['of before, in use', 401, 201, 404, 201, 201, 401, 404, 404, 401, 401, 401],
  ],
  'POST /messages/userMessages/init as the shop': [
    ['proved', 401, 403, 404, 403, 201, 401, 404, 404, 401, 401, 401],
    ['proved by externalId', 401, 404, 404, 403, 201, 401, 404, 404, 401, 401, 401],
    ['unproved', 401, 201, 404, 201, 201, 401, 404, 404, 401, 401, 401],
    ['unproved by externalId', 401, 404, 404, 201, 201, 401, 404, 404, 401, 401, 401],
    ["nobody's", 401, 201, 201, 201, 201, 401, 404, 404, 401, 401, 401],
    ["nobody's by externalId", 401, 404, 404, 404, 201, 401, 404, 404, 401, 401, 401],
    ['of before', 401, 404, 404, 201, 201, 401, 404, 404, 401, 401, 401],
    ['of before, in use', 401, 403, 404, 201, 201, 401, 404, 404, 401, 401, 401],
  ],
  'POST /avatar/access': [
    ['proved', 401, 401, 401, 401, 401, 401, 401, 401, 200, 401, 401],
    ['unproved', 401, 401, 401, 401, 401, 401, 401, 401, 200, 401, 401],
  ],
  'POST /avatar/conversations/:conversationId/status': [
    ['proved', 401, 401, 401, 401, 401, 401, 401, 401, 200, 401, 401],
    ['unproved', 401, 401, 401, 401, 401, 401, 401, 401, 200, 401, 401],
  ],
  'GET /avatar/accounts/:accountId/config': [
    ['nothing', 401, 401, 401, 401, 401, 401, 401, 401, 200, 401, 401],
  ],
  'GET /avatar/erasures': [['nothing', 401, 401, 401, 401, 401, 401, 401, 401, 200, 401, 401]],
  // An order that nobody has given.
  'POST /avatar/erasures/:erasureId/sessions': [
    ['nothing', 401, 401, 401, 401, 401, 401, 401, 401, 404, 401, 401],
  ],
  'POST /avatar/erasures/:erasureId/done': [
    ['nothing', 401, 401, 401, 401, 401, 401, 401, 401, 404, 401, 401],
  ],
};
