/** Ports and key pair of one LiveKit server on this machine. */
export interface LiveKitSettings {
  /** Signalling; the two media ports follow it unless they are given. */
  readonly port: number;
  readonly tcpPort: number;
  readonly udpPort: number;
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** The server's configuration (JSON is YAML): loopback only, one port for all media. */
export function livekitConfig(settings: LiveKitSettings): string {
  const { port, tcpPort, udpPort, apiKey, apiSecret } = settings;
  return JSON.stringify({
    port,
    bind_addresses: ['127.0.0.1'],
    rtc: {
      tcp_port: tcpPort,
      udp_port: udpPort,
      use_external_ip: false,
      node_ip: '127.0.0.1',
      enable_loopback_candidate: true,
    },
    keys: { [apiKey]: apiSecret },
    logging: { level: 'warn' },
  });
}
