export default async function stopMongo() {
  const faults = await globalThis.testDatabase?.stop();
  if (faults) process.stdout.write(`${faults}\n`);
}
