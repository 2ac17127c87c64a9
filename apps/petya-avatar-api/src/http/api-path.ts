/** Where a controller's routes live: everything but health and the API description is below this. */
export function apiPath(path: string): string {
  return `api/v1/${path}`;
}
