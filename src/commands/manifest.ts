/** Where the kubelet looks for static pods: kubeadm's own place. */
export const manifestDirectory = '/etc/kubernetes/manifests';
export const manifestFile = (component: string): string => `${manifestDirectory}/${component}.yaml`;

/** A function of a script: `flag NAME` prints what `$manifest` gives its program, nothing where there is none. */
export const flagOfManifest = String.raw`flag() { [ ! -e "$manifest" ] || sed 's/^ *- *"\{0,1\}//; s/"\{0,1\} *$//' "$manifest" | sed -n "s/^--$1=//p" | tail -n 1; }`;
