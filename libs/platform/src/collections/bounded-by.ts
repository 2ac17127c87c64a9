/**
 * The bound of an `LRUCache`, in entries. Given as `max` it would make room for all of them at once: a
 * third of a megabyte for 10,000, of which most processes never have ten.
 */
export function boundedBy(entries: number) {
  return { maxSize: entries, sizeCalculation: () => 1 } as const;
}
