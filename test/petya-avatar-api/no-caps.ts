/** What an account's limits say of minutes and starts where nothing was ever set. */
export const NO_CAPS = {
  maxSecondsPerDay: null,
  maxSecondsPerMonth: null,
  warnAtPercent: 80,
  timeZone: 'UTC',
  maxSessionsPerVisitorPerHour: null,
  maxSessionsPerAddressPerHour: null,
};
