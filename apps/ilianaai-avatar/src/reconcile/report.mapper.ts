import type { ReconciliationDto, ReconciliationSummaryDto } from '#contracts';
import { differing, type Report, type ReportSummary } from './report.js';

export function toSummary(report: ReportSummary): ReconciliationSummaryDto {
  const { day, vendor, madeAt, sums, verdicts, truncated } = report;
  return {
    day,
    vendor,
    madeAt: madeAt.toISOString(),
    sums,
    verdicts,
    differing: differing(report),
    truncated,
  };
}

export function toReconciliation(report: Report): ReconciliationDto {
  const rows = report.rows.map((row) => ({ ...row, startedAt: row.startedAt.toISOString() }));
  return { ...toSummary(report), rows };
}
