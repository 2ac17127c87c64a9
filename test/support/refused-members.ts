import { AppError, validateDto } from '#platform';

/** JSON pointers of what a DTO refuses in a body; an empty list when it takes the body. */
export function refusedMembers(dto: new () => object, body: unknown): string[] {
  try {
    validateDto(dto, body);
    return [];
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid_input') throw error;
    return (error.details.errors ?? []).map(({ pointer }) => pointer).sort();
  }
}
