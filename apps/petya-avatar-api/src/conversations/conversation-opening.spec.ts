import { describe, expect, it } from '@jest/globals';
import { judgeReopening } from './conversation-opening.js';

const nobody = { visitorId: null, proof: false, isOwner: false };
const adasId = { visitorId: 'ada', proof: false, isOwner: false };
const ada = { visitorId: 'ada', proof: true, isOwner: false };
const eve = { visitorId: 'eve', proof: true, isOwner: false };
const evesId = { visitorId: 'eve', proof: false, isOwner: false };
const server = { visitorId: null, proof: false, isOwner: true };
const serverForAda = { visitorId: 'ada', proof: true, isOwner: true };
const serverForEve = { visitorId: 'eve', proof: true, isOwner: true };

const ofNobody = { visitorId: null, proof: false, isUnclaimed: false };
const unclaimed = { visitorId: null, proof: false, isUnclaimed: true };
const ofAda = { visitorId: 'ada', proof: false, isUnclaimed: false };
const provedAda = { visitorId: 'ada', proof: true, isUnclaimed: false };

describe('an externalId that is opened again', () => {
  it.each([
    ['by nobody', nobody, 'of nobody', ofNobody, 'same'],
    ['by nobody', nobody, 'unclaimed', unclaimed, 'same'],
    ['by nobody', nobody, 'of Ada', ofAda, 'taken'],
    ['by nobody', nobody, 'of Ada with proof', provedAda, 'taken'],
    ["by Ada's id", adasId, 'of nobody', ofNobody, 'taken'],
    ["by Ada's id", adasId, 'unclaimed', unclaimed, 'adopt'],
    ["by Ada's id", adasId, 'of Ada', ofAda, 'same'],
    ["by Ada's id", adasId, 'of Ada with proof', provedAda, 'taken'],
    ['by Ada', ada, 'of nobody', ofNobody, 'taken'],
    ['by Ada', ada, 'unclaimed', unclaimed, 'adopt'],
    ['by Ada', ada, 'of Ada', ofAda, 'prove'],
    ['by Ada', ada, 'of Ada with proof', provedAda, 'same'],
    ['by Eve', eve, 'of nobody', ofNobody, 'taken'],
    ['by Eve', eve, 'of Ada', ofAda, 'taken'],
    ['by Eve', eve, 'of Ada with proof', provedAda, 'taken'],
    ["by Eve's id", evesId, 'of Ada', ofAda, 'taken'],
    ['by the server', server, 'of nobody', ofNobody, 'same'],
    ['by the server', server, 'of Ada with proof', provedAda, 'same'],
    ['by the server for Ada', serverForAda, 'of Ada with proof', provedAda, 'same'],
    ['by the server for Ada', serverForAda, 'unclaimed', unclaimed, 'adopt'],
    ['by the server for Eve', serverForEve, 'of Ada with proof', provedAda, 'taken'],
  ] as const)('%s %j, being %s %j, is %s', (_who, opener, _what, standing, verdict) => {
    expect(judgeReopening(opener, standing)).toBe(verdict);
  });
});
