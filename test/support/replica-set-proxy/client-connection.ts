import type { Socket } from 'node:net';
import { mongo } from 'mongoose';
import {
  answerOf,
  answerTo,
  type Command,
  forSingleServer,
  readCommand,
  readMembers,
} from './commands.js';
import type { FaultPlan, Stroke } from './faults.js';
import type { Member } from './member.js';
import { MessageReader } from './messages.js';
import { notPrimary, struckRefusal, tooOld, uncertain } from './refusals.js';
import type { ServerConnection } from './server-connection.js';
import { TransactionTooOld, type WrittenAnswers } from './written-answers.js';

/** What all connections of a proxy share. */
export interface Shared {
  /** `host:port` by which clients know the member. */
  readonly address: string;
  readonly member: Member;
  readonly faults: FaultPlan;
  readonly written: WrittenAnswers;
}

const HELLO = ['hello', 'ismaster', 'isMaster'];

/** A client with nothing under way says goodbye; a secondary takes that as well. */
const ANYWHERE = [...HELLO, 'ping', 'buildInfo', 'endSessions', 'killCursors'];

/** One connection of a driver: its commands are served one after another, as a server does. */
export class ClientConnection {
  private readonly reader = new MessageReader();
  private served: Promise<void> = Promise.resolve();

  constructor(
    private readonly socket: Socket,
    private readonly server: ServerConnection,
    private readonly shared: Shared,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => server.leave());
  }

  private take(chunk: Buffer): void {
    for (const message of this.reader.read(chunk)) {
      this.served = this.served
        .then(() => this.serve(readCommand(message)))
        // A command that cannot be answered ends its connection, as when the server dies.
        .catch(() => void this.drop());
    }
  }

  private async serve(command: Command): Promise<void> {
    if (this.socket.destroyed) return;
    if (HELLO.includes(command.name)) {
      this.greet(command);
    } else if (command.isUnanswered) {
      this.server.tell(forSingleServer(command));
    } else {
      const answer = await this.answer(command);
      if (answer !== null) this.send(command, answer);
    }
  }

  /** Null where the connection is gone instead. */
  private async answer(command: Command): Promise<Buffer | null> {
    const { member, faults } = this.shared;
    if (!member.isPrimary && !ANYWHERE.includes(command.name)) {
      return notPrimary(command, member.version);
    }
    const stroke = faults.next(command.name, command.transaction !== null);
    switch (stroke?.fault) {
      case 'dropped before':
        return this.drop();
      case 'not primary':
      case 'stepped down':
        return struckRefusal(stroke, command, member);
      default:
        return this.spoil(stroke, await this.perform(command));
    }
  }

  private spoil(stroke: Stroke | null, answer: Buffer): Buffer | null {
    if (stroke === null) return answer;
    return stroke.fault === 'dropped after'
      ? this.drop()
      : uncertain(stroke, answer, this.shared.member);
  }

  private async perform(command: Command): Promise<Buffer> {
    const ask = async (): Promise<Buffer> =>
      answerOf(await this.server.ask(forSingleServer(command)));
    if (command.transaction === null) return ask();
    try {
      return await this.shared.written.once(command.transaction, ask);
    } catch (error) {
      if (error instanceof TransactionTooOld) return tooOld();
      throw error;
    }
  }

  /** A client that knows the member's version waits for news, and then for the next. */
  private greet(command: Command): void {
    const asked = readMembers(command.body, ['topologyVersion', 'maxAwaitTimeMS']);
    const known: unknown = asked['topologyVersion'];
    if (!command.takesStream || typeof known !== 'object' || known === null) {
      this.send(command, this.hello());
      return;
    }
    const waitMs = Number(asked['maxAwaitTimeMS']);
    this.stream(command, this.shared.member.isNews(known), waitMs);
  }

  private stream(command: Command, isNews: boolean, waitMs: number): void {
    const { member } = this.shared;
    let responseTo = command.message.requestId;
    const tell = (): void => {
      const answer = answerTo(command, this.hello(), { isLast: false, responseTo });
      responseTo = answer.requestId;
      this.socket.write(answer.bytes);
      timer.refresh();
    };
    const timer = setInterval(tell, waitMs);
    member.on('changed', tell);
    this.socket.once('close', () => {
      clearInterval(timer);
      member.off('changed', tell);
    });
    if (isNews) tell();
  }

  private hello(): Buffer {
    const { member, address } = this.shared;
    return Buffer.from(mongo.BSON.serialize(member.hello(address)));
  }

  private send(command: Command, document: Buffer): void {
    if (!this.socket.destroyed) this.socket.write(answerTo(command, document).bytes);
  }

  private drop(): null {
    this.socket.resetAndDestroy();
    return null;
  }
}
