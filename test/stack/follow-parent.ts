/**
 * Preloaded (`--import`) into every process of the stack: when the supervisor is gone, even by
 * SIGKILL, the channel to it closes and the child must not live on with a port and a session.
 */
process.once('disconnect', () => process.exit(1));
// The channel alone must not keep a process alive that has ended in good order.
process.channel?.unref();
