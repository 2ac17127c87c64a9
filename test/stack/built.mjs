// What the pipeline calls; it goes by the same way as every command.
process.argv.splice(2, 0, 'built');
await import('./run-command.mjs');
