import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** A frame of up to so many bytes is answered with a delta of an event, any other with itself. */
export const DELTA_BYTES = 200;

/** A client that sends this is flooded for as long as it is there. */
export const FLOOD = 'flood';

/** How much of the flood waits to be taken, at most, and how often that is looked at. */
const FLOOD_BYTES = 4 * 1024 * 1024;
const FLOOD_MS = 5;

/** @returns the port of a vendor that answers every frame */
export async function startVendor(): Promise<number> {
  const vendor = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  const delta = makeDelta();
  vendor.on('connection', (socket) => {
    socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary && data.toString() === FLOOD) flood(socket);
      else socket.send(data.length <= DELTA_BYTES ? delta : data);
    });
    socket.on('error', () => undefined);
  });
  await once(vendor, 'listening');
  return (vendor.address() as AddressInfo).port;
}

function makeDelta(): string {
  const event = { type: 'avatar_talking_message', task_id: 'task', message: '' };
  const message = 'x'.repeat(DELTA_BYTES - JSON.stringify(event).length);
  return JSON.stringify({ ...event, message });
}

function flood(socket: WebSocket): void {
  const frame = Buffer.alloc(64 * 1024);
  const more = setInterval(() => {
    while (socket.readyState === socket.OPEN && socket.bufferedAmount < FLOOD_BYTES) {
      socket.send(frame);
    }
  }, FLOOD_MS);
  socket.once('close', () => clearInterval(more));
}
