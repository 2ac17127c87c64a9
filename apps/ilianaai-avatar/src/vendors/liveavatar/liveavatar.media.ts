/** What a browser needs to join the room. */
export interface LiveAvatarMedia {
  readonly livekit_url: string;
  readonly livekit_client_token: string;
  readonly ws_url?: string;
}
