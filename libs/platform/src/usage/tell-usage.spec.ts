import { describe, expect, it } from '@jest/globals';
import { StreamableFile } from '@nestjs/common';
import { text } from 'node:stream/consumers';
import { tellUsage } from './tell-usage.js';

const NOW = new Date('2026-11-29T12:00:00Z');
const used = { sessionId: 's-1', startedAt: NOW, seconds: 20, credits: 2 };

async function* sessions() {
  yield await Promise.resolve(used);
}

describe('what an account has used', () => {
  it('is a file named after the account and the days, whose last line is the total', async () => {
    const table = await tellUsage('acc-1', { format: 'csv' }, NOW, sessions);
    if (!(table instanceof StreamableFile)) throw new Error('no file');
    expect(table.getHeaders()).toMatchObject({
      type: 'text/csv; charset=utf-8',
      disposition: 'attachment; filename="usage-acc-1-2026-11-01-2026-11-29.csv"',
    });
    expect((await text(table.getStream())).split('\r\n')).toEqual([
      'session_id,started_at,day,seconds,credits',
      's-1,2026-11-29T12:00:00.000Z,2026-11-29,20,2',
      'total,,1 sessions,20,2',
      '',
    ]);
  });

  it('is sums where no table is asked for', async () => {
    expect(await tellUsage('acc-1', {}, NOW, sessions)).toMatchObject({
      accountId: 'acc-1',
      total: { sessions: 1, seconds: 20, credits: 2 },
    });
  });

  it('is refused for days that there are not, before anything is read', async () => {
    const read = () => {
      throw new Error('read');
    };
    await expect(tellUsage('acc-1', { from: '2026-02-30' }, NOW, read)).rejects.toMatchObject({
      code: 'invalid_input',
      details: { errors: [{ pointer: '/from' }] },
    });
  });
});
