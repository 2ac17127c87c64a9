/**
 * Preloaded (`NODE_OPTIONS=--import=…`) into a process whose machine has the wrong time: everything
 * that asks for the time of day gets it moved by CLOCK_SHIFT_MS. Timers are not touched, as a wrong
 * clock does not touch them either. It is in the place of libfaketime, which is not everywhere.
 */
const RealDate = Date;
const now = () => RealDate.now() + Number(process.env.CLOCK_SHIFT_MS ?? 0);

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});
