export * from './admin-sessions.dto.js';
export * from './avatar-config.dto.js';
export * from './conversation-status.dto.js';
export * from './end-reason.js';
export * from './session-answers.dto.js';
export * from './sessions.dto.js';
export * from './validators.js';
export * from './petya/index.js';
