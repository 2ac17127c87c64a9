export default async function stopMongo() {
  await globalThis.testDatabase?.stop();
}
