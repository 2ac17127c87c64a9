/** Every route of the app with a body it takes, for tests that walk them all. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly credential: 'customer' | 'service' | 'admin';
  /** A body with every member; absent where the route takes none. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** Members that must be there. */
  readonly required?: readonly string[];
  /** Members that it does not know are passed over: a plugin that is not ours sends them. */
  readonly ignoresUnknown?: true;
}

const ID = '0123456789abcdef01234567';

export const routes: readonly Route[] = [
  { method: 'GET', path: '/account/config', credential: 'customer' },
  { method: 'GET', path: '/avatar/config', credential: 'customer' },
  {
    method: 'POST',
    path: '/visitors/init',
    credential: 'customer',
    ignoresUnknown: true,
    body: {
      visitorId: ID,
      name: 'Ada',
      email: 'ada@example.com',
      pageUrl: 'https://shop.example.com',
      userAgent: 'Mozilla/5.0',
      locale: 'en',
      userId: 'ada-1',
      userHash: '0'.repeat(64),
    },
  },
  {
    method: 'POST',
    path: '/conversations/userConversation/init',
    credential: 'customer',
    ignoresUnknown: true,
    body: { visitorId: ID, externalId: 'order-1', pageUrl: 'https://shop.example.com' },
  },
  {
    method: 'POST',
    path: '/messages/userMessages/init',
    credential: 'customer',
    ignoresUnknown: true,
    body: { conversationId: ID, isFromUser: true, content: 'hello', clientMessageId: 'm-1' },
    required: ['conversationId', 'isFromUser', 'content'],
  },
  { method: 'GET', path: `/conversations/userConversation/${ID}`, credential: 'customer' },
  {
    method: 'PATCH',
    path: `/conversations/userConversation/${ID}/status`,
    credential: 'customer',
    ignoresUnknown: true,
    body: { status: 'completed' },
  },
  { method: 'GET', path: `/avatar/accounts/${ID}/config`, credential: 'service' },
  {
    method: 'POST',
    path: '/avatar/access',
    credential: 'service',
    body: {
      accountId: ID,
      visitorId: ID,
      conversationId: ID,
      visitorToken: 'token',
      keyKind: 'customer',
    },
    required: ['accountId'],
  },
  {
    method: 'POST',
    path: `/avatar/conversations/${ID}/status`,
    credential: 'service',
    body: {
      sessionId: 'session-1',
      accountId: ID,
      visitorId: ID,
      status: 'completed',
      transcript: [
        {
          role: 'user',
          transcript: 'hi',
          timestamp: 1_760_000_000,
          absolute_timestamp: 1_760_000_000,
        },
      ],
      version: 1,
      endReason: 'visitor_ended',
      durationSeconds: 12,
      truncated: false,
      complete: true,
    },
    required: ['sessionId', 'status', 'transcript'],
  },
  {
    method: 'POST',
    path: '/admin/accounts',
    credential: 'admin',
    body: {
      name: 'Shop',
      language: 'en',
      avatar: { enabled: true, avatarId: 'a', intro: 'Hi', knowledgeBaseId: 'k', voiceId: 'v' },
      allowedOrigins: ['https://shop.example.com'],
      limits: { maxConcurrentSessions: 1, maxSessionSeconds: 60, maxTranscriptTurns: 10 },
      sameVisitor: 'join',
      visitorProof: 'required',
      retentionDays: 30,
      suspended: false,
    },
    required: ['name'],
  },
  { method: 'GET', path: '/admin/addresses', credential: 'admin' },
  { method: 'GET', path: '/admin/accounts', credential: 'admin' },
  { method: 'GET', path: `/admin/accounts/${ID}`, credential: 'admin' },
  {
    method: 'PATCH',
    path: `/admin/accounts/${ID}`,
    credential: 'admin',
    body: { name: 'Shop', language: 'en', suspended: false },
  },
  { method: 'DELETE', path: `/admin/accounts/${ID}`, credential: 'admin' },
  { method: 'DELETE', path: `/admin/accounts/${ID}/visitors/${ID}`, credential: 'admin' },
  { method: 'GET', path: `/admin/accounts/${ID}/visitors/${ID}/export`, credential: 'admin' },
  { method: 'DELETE', path: `/admin/accounts/${ID}/conversations/${ID}`, credential: 'admin' },
  { method: 'GET', path: '/avatar/erasures', credential: 'service' },
  { method: 'POST', path: `/avatar/erasures/${ID}/done`, credential: 'service' },
  {
    method: 'POST',
    path: `/avatar/erasures/${ID}/sessions`,
    credential: 'service',
    body: { sessions: [] },
  },
  {
    method: 'POST',
    path: `/admin/accounts/${ID}/keys`,
    credential: 'admin',
    body: { key: 'SE_5799564546777614', kind: 'customer' },
  },
  { method: 'GET', path: `/admin/accounts/${ID}/keys`, credential: 'admin' },
  { method: 'GET', path: `/admin/accounts/${ID}/usage`, credential: 'admin' },
  { method: 'GET', path: `/admin/accounts/${ID}/visitors`, credential: 'admin' },
  { method: 'GET', path: `/admin/accounts/${ID}/conversations`, credential: 'admin' },
  { method: 'DELETE', path: `/admin/accounts/${ID}/keys/${ID}`, credential: 'admin' },
];

/** Routes that take a body. */
export const routesWithBody = routes.filter(
  (route): route is Route & { body: Readonly<Record<string, unknown>> } => route.body !== undefined,
);

export const titleOf = ({ method, path }: Route): string =>
  `${method} ${path.replaceAll(ID, ':id')}`;
