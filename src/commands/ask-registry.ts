import type { Command } from '../model/command.ts';
import { read } from './build.ts';
import { quoteWord, quoteWords } from './quote.ts';

/** One way to ask for an image: an address, and what curl is told for it. */
export interface RegistryRequest {
  readonly url: string;
  /** The address as it may be shown. */
  readonly shown: string;
  /** Options of curl; several: of authorities, of which one will do. */
  readonly ways: readonly (readonly string[])[];
}

export interface AskedImage {
  /** `registry.k8s.io/kube-proxy:v1.36.3` */
  readonly image: string;
  /** Its name within the registry. */
  readonly repository: string;
  readonly requests: readonly RegistryRequest[];
}

/** What containerd accepts as a manifest. Source: containerd, core/remotes/docker/resolver.go. */
const accept =
  'Accept: application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, */*';

/** Proxies as the containerd that runs has them; curl reads `http_proxy` in small letters only (curl(1)). */
const proxies = `pid=$(systemctl show containerd --property=MainPID --value 2>/dev/null) || pid=
while IFS= read -r line; do
  case "$line" in
    HTTP_PROXY=* | http_proxy=*) http_proxy=\${line#*=}; export http_proxy ;;
    HTTPS_PROXY=* | https_proxy=*) https_proxy=\${line#*=}; export https_proxy ;;
    NO_PROXY=* | no_proxy=*) no_proxy=\${line#*=}; export no_proxy ;;
  esac
done <<EOF
$(cat "/proc/\${pid:-0}/environ" 2>/dev/null | tr '\\0' '\\n')
EOF`;

/**
 * Prints, of each way, `answer CODE ADDRESS` and what curl says, behind tabs; ends with 0 where the image is there. A
 * registry that wants an anonymous token gets one, by standard input. What did not answer is not asked again.
 */
const functions = `dead=
tab=$(printf '\\t')
said=
get() {
  curl --silent --show-error --location --connect-timeout 5 --max-time 15 "$@" 2>&1
}
manifest() {
  get --head --header '${accept}' --write-out 'status %{http_code}\\n' "$@"
}
field() {
  printf '%s\\n' "$said" | tr -d '\\r' | sed -n 's/^[Ww][Ww][Ww]-[Aa]uthenticate: *[Bb]earer .*'"$1"'="\\([^"]*\\)".*/\\1/p' | tail -n 1
}
login() {
  realm=$(field realm)
  [ -n "$realm" ] || return 0
  token=$(get --get --data-urlencode "service=$(field service)" --data-urlencode "scope=repository:$repository:pull" "$@" "$realm" | tr ',{' '\\n\\n' | sed -n 's/^ *"\\(access_\\)\\{0,1\\}token" *: *"\\([^"]*\\)".*/\\2/p' | head -n 1)
  [ -z "$token" ] || said=$(printf 'header = "Authorization: Bearer %s"\\n' "$token" | manifest --config - "$@" "$url")
}
ask() {
  shown=$1
  url=$2
  last=$3
  shift 3
  before=$(printf '%s\\n' "$dead" | grep -F -e "$shown$tab" | cut -f 2)
  [ -z "$before" ] || { printf 'answer\\t000\\t%s\\t%s\\n' "$shown" "$before"; return 1; }
  said=$(manifest "$@" "$url")
  rc=$?
  [ "$rc" -ne 60 ] || [ "$last" = last ] || return 2
  case "$said" in *"status 401"*) login "$@" ;; esac
  code=$(printf '%s\\n' "$said" | sed -n 's/^status //p' | tail -n 1)
  why=$(printf '%s\\n' "$said" | sed -n 's/^curl: //p' | head -n 1)
  [ "$rc" -eq 0 ] || dead="$dead$shown$tab$why
"
  printf 'answer\\t%s\\t%s\\t%s\\n' "\${code:-000}" "$shown" "$why"
  [ "$code" = 200 ]
}`;

const asking = ({ url, shown, ways }: RegistryRequest): readonly string[] =>
  ways.map((options, index) => {
    const last = index === ways.length - 1 ? 'last' : 'more';
    const line = `ask ${quoteWords([shown, url, last, ...options])}`;
    return index === 0 ? line : `{ [ $? -eq 2 ] && ${line}; }`;
  });

const about = ({ image, repository, requests }: AskedImage): string => {
  const lines = requests.map((request) => `{ ${asking(request).join(' || ')}; }`);
  return [
    `echo ${quoteWord(`image ${image}`)}`,
    `repository=${quoteWord(repository)}`,
    `if printf '%s\\n' "$there" | grep -qxF -e ${quoteWord(image)}; then echo present`,
    `else ${lines.length === 0 ? ':' : `${lines.join(' || ')} || :`}`,
    'fi',
  ].join('\n');
};

/**
 * Asks registries for images, from the node and as its containerd would, without pulling: a HEAD of each manifest, in
 * the order given, until one is there. What containerd has already is not asked for. Prints `no-curl` where curl is not
 * there. Source: distribution-spec 1.1, "Checking if content exists in the registry"; curl(1).
 */
export const askRegistries = (images: readonly AskedImage[]): Command =>
  read(
    [
      'sh',
      '-c',
      [
        `command -v curl >/dev/null || { echo no-curl; exit 0; }`,
        'there=$(ctr -n k8s.io images ls -q 2>/dev/null)',
        proxies,
        functions,
        ...images.map(about),
        'echo end',
      ].join('\n'),
    ],
    { timeoutMs: 120_000 },
  );
