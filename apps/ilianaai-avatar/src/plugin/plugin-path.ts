/** Below it are the plugin's versions. */
export const PLUGIN_PATH = '/plugin/';

export function isPluginPath(path: string): boolean {
  return path.startsWith(PLUGIN_PATH);
}
