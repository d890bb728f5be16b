#!/usr/bin/env bash
# Runs `regress` and `diff`, writes one report as Markdown, and ends with the worse of both exit codes.
#   REGRESS, BEFORE, AFTER, TODAY, SCENARIOS, ARGUMENTS, DATA: as action.yml describes them
set -uo pipefail

folder=${REVIEW_FOLDER:-${RUNNER_TEMP:-${AGENT_TEMPDIRECTORY:-/tmp}}/ptuplan-review}
mkdir -p "$folder"
report=$folder/report.md
: >"$report"
worst=0
keep() { # the worse exit code: 1 is an answer, 2 a mistake
    if (($1 > worst)); then worst=$1; fi
}

# Words of these lists are separated by spaces on purpose.
read -r -a regress <<<"${REGRESS:-}"
read -r -a scenarios <<<"${SCENARIOS:-}"
read -r -a more <<<"${ARGUMENTS:-}"
data=()
if [[ -n ${DATA:-} ]]; then data=(--data "$DATA"); fi

if [[ -n ${BEFORE:-} ]]; then
    sides=("$BEFORE")
    if [[ -n ${AFTER:-} ]]; then sides+=("$AFTER"); fi
    today=()
    if [[ ${TODAY:-false} == true ]]; then today=(--today "${data[@]}"); fi
    ptuplan diff "${today[@]}" "${sides[@]}" "${scenarios[@]}" "${more[@]}" --quiet --format markdown \
        >"$report" 2>"$folder/diff.err"
    code=$?
    keep $code
    cat "$folder/diff.err" >&2
    if ((code > 1)); then
        {
            echo "### What this change costs could not be worked out"
            echo
            # Indented, so that nothing in it is Markdown.
            sed 's/^/    /' "$folder/diff.err"
            echo
        } >>"$report"
    fi
fi

if ((${#regress[@]} > 0)); then
    ptuplan regress "${regress[@]}" "${data[@]}" --quiet --junit "$folder/regress.xml" >"$folder/regress.txt" 2>&1
    code=$?
    keep $code
    cat "$folder/regress.txt"
    {
        if ((code == 0)); then
            echo "Rule cases and pinned scenarios: all as expected."
        else
            if ((code == 1)); then
                echo "**Rule cases and pinned scenarios drifted.** If that is meant: \`ptuplan regress ${REGRESS} --accept\`"
            else
                echo "**Rule cases and pinned scenarios could not all be checked.**"
            fi
            echo
            echo "<details><summary>What drifted, and what could not be checked</summary>"
            echo
            head -c 20000 "$folder/regress.txt" | sed 's/^/    /'
            echo
            echo "</details>"
        fi
    } >>"$report"
fi

if [[ -n ${GITHUB_STEP_SUMMARY:-} ]]; then cat "$report" >>"$GITHUB_STEP_SUMMARY"; fi
if [[ -n ${GITHUB_OUTPUT:-} ]]; then echo "report=$report" >>"$GITHUB_OUTPUT"; fi
exit "$worst"
