/** Header in which ilianaai-avatar shows its service token beside a customer's key. */
export const SERVICE_TOKEN_HEADER = 'x-service-token';
