#!/usr/bin/env bash
# Posts a file as the comment of a pull request, or updates the one that an earlier run posted.
#   comment.sh FILE
# GitHub: GITHUB_REPOSITORY, PULL_REQUEST, GITHUB_TOKEN; GITHUB_API_URL where it is not github.com.
# Azure DevOps: SYSTEM_COLLECTIONURI, SYSTEM_TEAMPROJECT, BUILD_REPOSITORY_ID, SYSTEM_PULLREQUEST_PULLREQUESTID,
#   SYSTEM_ACCESSTOKEN.
# The token is handed to curl in a file that nobody else can read, so that it stands in no list of processes.
set -euo pipefail

file=${1:?comment.sh FILE}
mark="<!-- ptuplan: ${COMMENT_NAME:-review} -->"
# GitHub takes 65,536 characters; what is cut is said.
body=$mark$'\n'$(head -c 60000 "$file" | iconv -c -f utf-8 -t utf-8)
if (($(wc -c <"$file") > 60000)); then
    body+=$'\n\nThe rest is in the log of the run.'
fi

secret=$(mktemp)
trap 'rm -f "$secret"' EXIT
chmod 600 "$secret"

call() { # method, address, then a body on stdin where there is one
    curl --fail-with-body --silent --show-error --request "$1" --config "$secret" \
        --header 'Content-Type: application/json' --header 'Accept: application/json' "${@:3}" "$2"
}

if [[ -n ${SYSTEM_COLLECTIONURI:-} ]]; then
    printf 'header = "Authorization: Bearer %s"\n' "${SYSTEM_ACCESSTOKEN:?set SYSTEM_ACCESSTOKEN}" >"$secret"
    : "${SYSTEM_TEAMPROJECT:?}" "${BUILD_REPOSITORY_ID:?}" "${SYSTEM_PULLREQUEST_PULLREQUESTID:?}"
    project=$(jq --null-input --raw-output --arg name "$SYSTEM_TEAMPROJECT" '$name | @uri')
    threads=${SYSTEM_COLLECTIONURI%/}/$project/_apis/git/repositories/$BUILD_REPOSITORY_ID
    threads+=/pullRequests/$SYSTEM_PULLREQUEST_PULLREQUESTID/threads
    version='api-version=7.1'
    found=$(call GET "$threads?$version" | jq --raw-output --arg mark "$mark" \
        '[.value[] | . as $thread | .comments[]? | select((.content // "") | startswith($mark)) | "\($thread.id)/comments/\(.id)"]
        | first // empty')
    if [[ -n $found ]]; then
        jq --null-input --arg body "$body" '{content: $body}' | call PATCH "$threads/$found?$version" --data @- >/dev/null
        echo "updated the comment"
    else
        jq --null-input --arg body "$body" \
            '{comments: [{parentCommentId: 0, content: $body, commentType: 1}], status: 4}' |
            call POST "$threads?$version" --data @- >/dev/null
        echo "posted a comment"
    fi
    exit
fi

printf 'header = "Authorization: Bearer %s"\n' "${GITHUB_TOKEN:?set GITHUB_TOKEN}" >"$secret"
: "${GITHUB_REPOSITORY:?}" "${PULL_REQUEST:?}"
api=${GITHUB_API_URL:-https://api.github.com}/repos/$GITHUB_REPOSITORY
found=
for page in {1..50}; do
    list=$(call GET "$api/issues/$PULL_REQUEST/comments?per_page=100&page=$page")
    found=$(jq --raw-output --arg mark "$mark" \
        '[.[] | select(.body | startswith($mark)) | .id] | first // empty' <<<"$list")
    if [[ -n $found ]] || (($(jq length <<<"$list") < 100)); then break; fi
done
if [[ -n $found ]]; then
    jq --null-input --arg body "$body" '{body: $body}' | call PATCH "$api/issues/comments/$found" --data @- >/dev/null
    echo "updated the comment"
else
    jq --null-input --arg body "$body" '{body: $body}' | call POST "$api/issues/$PULL_REQUEST/comments" --data @- >/dev/null
    echo "posted a comment"
fi
