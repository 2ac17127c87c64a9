import { type LoadOrder, type LoadResult, percentile, requestsOf } from './load.js';
import { cpuMicrosOf } from './process-cpu.js';
import { type RawAnswer, RawConnection } from './raw-connection.js';

/*
 * The generator, in a process of its own: takes an order, carries it out, answers what it saw.
 */
process.on('message', (order: LoadOrder) => {
  void run(order).then((result) => process.send?.(result));
});
process.once('disconnect', () => process.exit());
process.send?.('ready');

async function run(order: LoadOrder): Promise<LoadResult> {
  const load = new Load(order);
  await pause(order.warmUpMs);
  const [cpuBefore, beganAt] = [cpuMicrosOf(order.pid), performance.now()];
  load.startCounting();
  await pause(order.ms);
  const seconds = (performance.now() - beganAt) / 1000;
  const cpuMicros = cpuMicrosOf(order.pid) - cpuBefore;
  const { times, wrong } = load.stop();
  const sorted = times.toSorted((one, other) => one - other);
  return {
    perSecond: times.length / seconds,
    cpuMicros: cpuMicros / times.length,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    answered: times.length,
    wrong,
  };
}

/** Calls over some connections, in a closed loop or at a rate. */
class Load {
  private readonly requests: Buffer[];
  private readonly free: RawConnection[];
  private readonly planned: number[] = [];
  private readonly all: RawConnection[];
  private readonly isOpenLoop: boolean;
  private next = 0;
  private nextPlannedAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private isOver = false;
  private times: number[] = [];
  private wrong = 0;

  constructor(private readonly order: LoadOrder) {
    this.requests = requestsOf(order.call);
    const { connections, port } = order;
    this.all = Array.from({ length: connections }, () => new RawConnection(port));
    this.free = [...this.all];
    this.isOpenLoop = order.rate !== undefined;
    if (this.isOpenLoop) this.beginSchedule();
    else for (const connection of this.free.splice(0)) this.send(connection, performance.now());
  }

  startCounting(): void {
    this.times = [];
    this.wrong = 0;
  }

  stop(): { times: number[]; wrong: number } {
    this.isOver = true;
    clearInterval(this.timer);
    // A call that waits still took at least this long.
    const now = performance.now();
    for (const plannedAt of this.planned) this.times.push(now - plannedAt);
    for (const connection of this.all) connection.close();
    return { times: this.times, wrong: this.wrong };
  }

  private beginSchedule(): void {
    this.nextPlannedAt = Math.ceil(performance.now()) + 5;
    this.timer = setInterval(() => this.sendDue(), 1);
  }

  /** Whatever is due is sent; what finds no free connection waits, and its time runs. */
  private sendDue(): void {
    const now = performance.now();
    const everyMs = 1000 / (this.order.rate ?? 1);
    for (; this.nextPlannedAt <= now; this.nextPlannedAt += everyMs) {
      this.planned.push(this.nextPlannedAt);
    }
    while (this.planned.length > 0) {
      const connection = this.free.pop();
      if (!connection) return;
      this.send(connection, this.planned.shift() ?? now);
    }
  }

  private send(connection: RawConnection, plannedAt: number): void {
    const request = this.requests[this.next % this.requests.length] as Buffer;
    this.next += 1;
    connection.send(request, (answer) => this.take(connection, plannedAt, answer));
  }

  private take(connection: RawConnection, plannedAt: number, answer: RawAnswer): void {
    if (this.isOver) return;
    const now = performance.now();
    this.times.push(now - plannedAt);
    const isRight = answer.status === 200 && answer.body.includes(this.order.call.expected);
    if (!isRight) this.wrong += 1;
    // A connection that is lost makes no more calls.
    if (answer.status === 0) return;
    if (!this.isOpenLoop) return this.send(connection, now);
    this.free.push(connection);
    if (this.planned.length > 0) this.sendDue();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
