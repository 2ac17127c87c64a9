export default async function stopMongo() {
  for (const line of (await globalThis.testDatabase?.stop()) ?? [])
    process.stdout.write(`${line}\n`);
}
