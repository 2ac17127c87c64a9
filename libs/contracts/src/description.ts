// What the compiler notes of types, for these decorators and for `Type`, is kept there.
import 'reflect-metadata';
import type * as Swagger from '@nestjs/swagger';

/*
 * The decorators of the API description, under the name `#contracts/description`. Nothing but
 * `/openapi.json` reads what they say, and loading `@nestjs/swagger` with the libraries it brings
 * takes a seventh of a start. So they take notes, and the real ones are applied once somebody asks.
 */
type Decorators = typeof Swagger;
type Name =
  | 'ApiExcludeController'
  | 'ApiBody'
  | 'ApiConsumes'
  | 'ApiCreatedResponse'
  | 'ApiExtraModels'
  | 'ApiHeader'
  | 'ApiNoContentResponse'
  | 'ApiOkResponse'
  | 'ApiOperation'
  | 'ApiParam'
  | 'ApiProperty'
  | 'ApiResponse'
  | 'ApiSecurity'
  | 'ApiTags';

type Factory = (...options: unknown[]) => (...target: unknown[]) => void;

const noted: ((swagger: Pick<Decorators, Name>) => void)[] = [];

/** Applies everything that was noted so far, in the order of the source, each once. */
export function applyDescriptions(swagger: Pick<Decorators, Name>): void {
  for (const apply of noted.splice(0)) apply(swagger);
}

export const ApiExcludeController = note('ApiExcludeController');
export const ApiBody = note('ApiBody');
export const ApiConsumes = note('ApiConsumes');
export const ApiCreatedResponse = note('ApiCreatedResponse');
export const ApiExtraModels = note('ApiExtraModels');
export const ApiHeader = note('ApiHeader');
export const ApiNoContentResponse = note('ApiNoContentResponse');
export const ApiOkResponse = note('ApiOkResponse');
export const ApiOperation = note('ApiOperation');
export const ApiParam = note('ApiParam');
export const ApiProperty = note('ApiProperty');
export const ApiResponse = note('ApiResponse');
export const ApiSecurity = note('ApiSecurity');
export const ApiTags = note('ApiTags');

/** Where the description keeps the schema of a DTO. */
export function schemaPath(dto: { readonly name: string }): string {
  return `#/components/schemas/${dto.name}`;
}

function note<N extends Name>(name: N): Decorators[N] {
  const factory: Factory = (...options) => {
    return (...target) => {
      noted.push((swagger) => (swagger[name] as Factory)(...options)(...target));
    };
  };
  return factory as Decorators[N];
}
