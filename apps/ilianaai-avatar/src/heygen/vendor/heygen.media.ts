/** What a browser needs to join the room, in the vendor's own members. */
export interface HeyGenMedia {
  readonly [member: string]: unknown;
  readonly url: string;
  readonly access_token: string;
  readonly session_duration_limit?: number;
  readonly is_paid?: boolean;
  readonly realtime_endpoint?: string;
}
