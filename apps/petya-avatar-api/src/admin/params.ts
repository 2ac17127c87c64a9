/** How the places in the operator's paths are described. */
export const ACCOUNT_ID = { name: 'accountId', description: 'The account, as its list names it.' };

export const VISITOR_ID = {
  name: 'visitorId',
  description: 'The visitor, as `visitors/init` has named it.',
};
