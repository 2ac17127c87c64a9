import type { Connection } from 'mongoose';

/**
 * Once, what stands in the way of an insert is undone before anybody looks at it: so does an election
 * that rolls back what was not with the majority.
 * @param insert the operation whose next refusal it is
 * @param filter what is undone
 */
export function undoStanding(
  connection: Connection,
  name: string,
  insert: 'insertOne' | 'insertMany',
  filter: Readonly<Record<string, unknown>>,
): void {
  const collection = connection.collection(name);
  const operations = collection as unknown as Record<
    string,
    (...args: unknown[]) => Promise<unknown>
  >;
  const native = operations[insert];
  operations[insert] = async (...args) => {
    try {
      return await native?.apply(collection, args);
    } catch (error) {
      if (native) operations[insert] = native;
      await collection.deleteMany(filter);
      throw error;
    }
  };
}
