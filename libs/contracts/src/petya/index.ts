export * from './accounts.dto.js';
export * from './addresses.dto.js';
export * from './api-keys.dto.js';
export * from './conversations.dto.js';
export * from './messages.dto.js';
export * from './page-query.dto.js';
export * from './plugin-config.dto.js';
export * from './visitors.dto.js';
