import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ReadsVisitorToken } from '#contracts';
import { ApiSecurity } from '#contracts/description';
import { CREDENTIAL } from '#platform';
import { MayRefuse } from '../errors.js';

/** Metadata of a route that is about no visitor and looks at no visitor's proof. */
export const IGNORES_VISITOR = 'ignores-visitor';

/**
 * The route is called with a customer's key, in `X-Api-Key` or as `Authorization: Bearer`, and reads
 * the visitor's proof beside it.
 */
export function CustomerKey(): ClassDecorator & MethodDecorator {
  return applyDecorators(
    KeyAlone(),
    ReadsVisitorToken(),
    MayRefuse('token_invalid', 'visitor_token_needed', 'not_found'),
  );
}

/** As `CustomerKey`, for all of an account's visitors alike, also for one that was erased. */
export function CustomerKeyOfAnybody(): ClassDecorator & MethodDecorator {
  return applyDecorators(KeyAlone(), SetMetadata(IGNORES_VISITOR, true));
}

function KeyAlone(): ClassDecorator & MethodDecorator {
  return applyDecorators(
    SetMetadata(CREDENTIAL, 'customer-key'),
    ApiSecurity('customerKey'),
    ApiSecurity('customerKeyBearer'),
    MayRefuse(
      'key_missing',
      'key_invalid',
      'key_not_for_browsers',
      'origin_not_allowed',
      'account_suspended',
    ),
  );
}

/** The route is called by ilianaai-avatar with a service token as `Authorization: Bearer`. */
export function ServiceToken(): ClassDecorator & MethodDecorator {
  return applyDecorators(
    SetMetadata(CREDENTIAL, 'service-token'),
    ApiSecurity('serviceToken'),
    MayRefuse('key_missing', 'token_invalid'),
  );
}

/** The route is called by the operator with the admin token as `Authorization: Bearer`. */
export function AdminToken(): ClassDecorator & MethodDecorator {
  return applyDecorators(
    SetMetadata(CREDENTIAL, 'admin-token'),
    ApiSecurity('adminToken'),
    MayRefuse('key_missing', 'token_invalid'),
  );
}
