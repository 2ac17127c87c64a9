import { signToken } from '../liveavatar/token.js';

/** A LiveKit server and the key pair that opens rooms on it. */
export interface RoomServer {
  /** How this process reaches it, `ws:` or `wss:`. */
  readonly url: string;
  /** How a visitor's browser reaches it. */
  readonly publicUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** A room outlives its session by nothing; the token must only outlive the session's cap. */
const TOKEN_SECONDS = 6 * 3600;

function grant(server: RoomServer, identity: string, video: Record<string, unknown>): string {
  const seconds = Math.floor(Date.now() / 1000);
  const claims = { iss: server.apiKey, sub: identity, nbf: seconds - 10, video };
  return signToken({ ...claims, exp: seconds + TOKEN_SECONDS }, server.apiSecret);
}

/** An access token for one participant of one room. */
export function joinToken(server: RoomServer, room: string, identity: string): string {
  return grant(server, identity, {
    room,
    roomJoin: true,
    canPublish: true,
    canPublishData: true,
    canSubscribe: true,
  });
}

/** Puts everybody out of a room; one that is gone already is fine. */
export async function deleteRoom(server: RoomServer, room: string): Promise<void> {
  const url = `${server.url.replace(/^ws/, 'http')}/twirp/livekit.RoomService/DeleteRoom`;
  const token = grant(server, 'vendor-simulator', { room, roomCreate: true, roomAdmin: true });
  await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ room }),
    signal: AbortSignal.timeout(5_000),
  });
}
