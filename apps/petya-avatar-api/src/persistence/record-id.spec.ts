import { describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { afterRecordId, createdAtOf, ownId, recordId } from './record-id.js';

const HEX = '0123456789abcdef01234567';

describe('ids of records', () => {
  it('are ObjectIds where they look like one and plain text elsewhere', () => {
    expect(recordId(HEX)).toEqual(new Types.ObjectId(HEX));
    // Twelve characters are an ObjectId for MongoDB's driver and a text for us.
    for (const id of ['twelve-chars', HEX.toUpperCase(), '']) expect(recordId(id)).toBe(id);
    expect(ownId('twelve-chars')).toBeNull();
  });

  it('say when a record was made, unless they are plain text', () => {
    expect(createdAtOf(new Types.ObjectId(HEX))?.toISOString()).toBe('1970-08-09T22:25:43.000Z');
    expect(createdAtOf('plain')).toBeNull();
  });

  it('are followed by ObjectIds when they are plain text, as MongoDB sorts them', () => {
    expect(afterRecordId('plain')).toEqual({
      $or: [{ _id: { $gt: 'plain' } }, { _id: { $type: 'objectId' } }],
    });
    expect(afterRecordId(HEX)).toEqual({ _id: { $gt: new Types.ObjectId(HEX) } });
  });
});
