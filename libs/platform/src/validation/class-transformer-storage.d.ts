/** What class-transformer knows of classes: it has no types beside the file, as @nestjs/mapped-types reads it. */
declare module 'class-transformer/cjs/storage.js' {
  export { defaultMetadataStorage } from 'class-transformer/types/storage.js';
}
