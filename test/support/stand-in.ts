/**
 * Puts something else in the place of one member. A spy of Jest does so, too, but keeps all of its
 * calls until the file ends, which is gigabytes where a model tries thousands of orders.
 * @returns gives the real member back
 */
export function standIn<T extends object, K extends keyof T>(
  owner: T,
  key: K,
  value: T[K],
): () => void {
  const own = Object.getOwnPropertyDescriptor(owner, key);
  Object.defineProperty(owner, key, { value, writable: true, configurable: true });
  return () => {
    if (own) Object.defineProperty(owner, key, own);
    else Reflect.deleteProperty(owner, key);
  };
}
