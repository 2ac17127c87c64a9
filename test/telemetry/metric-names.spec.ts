import { describe, expect, it } from '@jest/globals';
import { metricNamesIn } from './metric-names.js';

describe('the metrics that a query reads', () => {
  it.each([
    ['up{job="a"} == 0 or absent(up{job="a"})', ['up']],
    ['max by (lane) (due_lag{lane="end"}) > 30', ['due_lag']],
    [
      'sum(rate(n_total{s=~"5..",r!~"/a/{b}"}[5m])) > 0.05 * sum(rate(m_total[5m]))',
      ['n_total', 'm_total'],
    ],
    ['predict_linear((min by (vendor) (credits))[6h:5m], 86400) < 0', ['credits']],
    ['a > 60 unless on (instance) b == 0 and on () hour() < 5', ['a', 'b']],
    ['histogram_quantile(0.5, sum by (le, v) (rate(d_bucket{o="ok"}[15m])))', ['d_bucket']],
    ['time() - min(start_seconds) or vector(0)', ['start_seconds']],
  ])('%s', (query, names) => {
    expect(metricNamesIn(query)).toEqual(names);
  });
});
