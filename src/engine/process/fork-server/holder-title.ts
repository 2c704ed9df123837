/** What a fork server is called once its daemon is gone and it only holds oneshots to their end. */
export const holderTitle = "orchestra: holds oneshots";
