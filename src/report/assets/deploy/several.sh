#!/usr/bin/env bash
{% for line in head %}
# {{ line }}
{% endfor %}
#
#   SUBSCRIPTION_ID=… RESOURCE_GROUP=… ACCOUNT=… ./plan.sh quota        what is free, and what to ask for
#   SUBSCRIPTION_ID=… RESOURCE_GROUP=… ACCOUNT=… ./plan.sh deploy       {{ deployments }}{{ begins }}
{% if purchases %}
#   SUBSCRIPTION_ID=… RESOURCE_GROUP=… ACCOUNT=… ./plan.sh price        what the reservation costs; buys nothing
#   SUBSCRIPTION_ID=… RESOURCE_GROUP=… ACCOUNT=… BUY=yes ./plan.sh buy  the reservation: a commitment for {{ purchases[0].length }}
{% elif owned %}
#
# Nothing is bought: reservations that are owned already cover {{ owned }} PTU.
{% endif %}
#
{% if purchases %}
# In this order: quota promises no capacity and a reservation neither, so the commitment comes last. `deploy` may be run again and
# changes nothing then; `buy` must not: run twice, it buys twice. az reservations reservation-order list shows what is bought.
{% else %}
# In this order: quota is a permission, not capacity.
{% endif %}
# Needs the Azure CLI, signed in, and jq. Holds and prints no key. Deploying needs Cognitive Services Contributor on the
{% if purchases %}
# resource; buying needs Owner or Reservation Purchaser on the subscription.
{% else %}
# resource.
{% endif %}
set -euo pipefail

: "${SUBSCRIPTION_ID:?set SUBSCRIPTION_ID}" "${RESOURCE_GROUP:?set RESOURCE_GROUP}" "${ACCOUNT:?set ACCOUNT}"
{% for unit in units %}
{% for name in unit.set %}
: "${{ '{' }}{{ name }}:?set {{ name }}{{ '}' }}" # not in the plan: see above
{% endfor %}
{% endfor %}

region={{ region }}

deployments() { # name, SKU, capacity, model, version, format, service tier, spillover target; - is none
    cat <<PLAN
{% for unit in units %}
{{ unit.name }}|{{ unit.sku }}|{{ unit.capacity }}|{{ unit.model }}|{{ unit.version }}|{{ unit.format }}|{{ unit.tier }}|{{ unit.spill }}
{% endfor %}
PLAN
}
{% if purchases %}

purchases() { # SKU as the price list spells it, term, billing plan, PTUs, whether it renews, and the deployed SKU with its PTUs
    cat <<PLAN
{% for own in purchases %}
{{ own.sku }}|{{ own.term }}|{{ own.plan }}|{{ own.quantity }}|{{ own.renews }}|{{ own.covers }}|{{ own.deployed }}
{% endfor %}
PLAN
}
{% endif %}

arm=https://management.azure.com
subscription=/subscriptions/$SUBSCRIPTION_ID
account=$subscription/resourceGroups/$RESOURCE_GROUP/providers/Microsoft.CognitiveServices/accounts/$ACCOUNT
az account set --subscription "$SUBSCRIPTION_ID"

check_region() {
    local found
    found=$(az cognitiveservices account show --resource-group "$RESOURCE_GROUP" --name "$ACCOUNT" --query location --output tsv)
    if [[ ${found,,} != "$region" ]]; then
        echo "$ACCOUNT is in $found; the plan is for $region" >&2
        exit 1
    fi
}

deployed_units() { # capacity that a deployment of the plan already holds
    az rest --method get --url "$arm$account/deployments?api-version=2025-06-01" |
        jq --arg name "$1" --arg sku "$2" '[.value[] | select(.name == $name and .sku.name == $sku) | .sku.capacity] | add // 0'
}

quota() {
    check_region
    local usage models short=0 name sku capacity model version line limit current free
    local -A need=() have=()
    usage=$(az cognitiveservices usage list --location "$region" --output json)
    models=$(az cognitiveservices model list --location "$region" --output json)
    while IFS='|' read -r name sku capacity model version _; do
        if [[ $model == *.ft-* ]]; then
            echo "$name: the quota of fine-tuned models is in the Foundry portal (Operate, Quota)"
            continue
        fi
        # The quota of gpt-4.1 is called gpt4.1, so its name is looked up and never put together.
        line=$(jq --arg model "$model" --arg version "$version" --arg sku "$sku" --raw-output '
            [.[] | .model | select(.name == $model and .version == $version) | .skus[] | select(.name == $sku) | .usageName]
            | first // empty' <<<"$models")
        if [[ -z $line ]]; then
            echo "$model $version is not offered as $sku in $region" >&2
            exit 1
        fi
        need[$line]=$((${need[$line]:-0} + capacity))
        have[$line]=$((${have[$line]:-0} + $(deployed_units "$name" "$sku")))
    done < <(deployments)
    for line in "${!need[@]}"; do
        limit=$(jq --arg line "$line" '[.[] | select(.name.value == $line) | .limit] | first // 0 | floor' <<<"$usage")
        current=$(jq --arg line "$line" '[.[] | select(.name.value == $line) | .currentValue] | first // 0 | ceil' <<<"$usage")
        free=$((limit - current + have[$line]))
        echo "$line: limit $limit, used $current, needed ${need[$line]}, free for it $free"
        if ((free < need[$line])); then
            echo "  ask for $((limit + need[$line] - free)) in $region"
            short=1
        fi
    done
    if ((short)); then
        echo "Quota is asked for in the Foundry portal (Operate, Quota) or at https://aka.ms/oai/stuquotarequest; no command does it." >&2
        exit 1
    fi
}

put() { # name, SKU, capacity, model, version, format, service tier, spillover target; - is none
    local body state version=2025-06-01
    if [[ $7 != - ]]; then
        version=2025-12-01 # the oldest that knows service tiers
    fi
    body=$(jq --null-input --arg sku "$2" --argjson capacity "$3" --arg model "$4" --arg version "$5" --arg format "$6" \
        --arg tier "$7" --arg to "$8" '{
        sku: { name: $sku, capacity: $capacity },
        properties: ({
            model: { format: $format, name: $model, version: $version },
            versionUpgradeOption: "OnceCurrentVersionExpired"
        } + if $tier == "-" then {} else { serviceTier: $tier } end
          + if $to == "-" then {} else { spilloverDeploymentName: $to } end)
    }')
    az rest --method put --url "$arm$account/deployments/$1?api-version=$version" --body "$body" --output none
    for _ in {1..90}; do # one at a time: the resource refuses a second change while the first runs
        state=$(az rest --method get --url "$arm$account/deployments/$1?api-version=$version" --query properties.provisioningState --output tsv)
        case $state in
        Succeeded)
            echo "$1: $state"
            return
            ;;
        Failed | Canceled | Disabled)
            echo "$1: $state" >&2
            exit 1
            ;;
        esac
        sleep 20
    done
    echo "$1: still $state after half an hour" >&2
    exit 1
}

deploy() {
    quota
    local name sku capacity model version format tier to
    while IFS='|' read -r name sku capacity model version format tier to; do
        put "$name" "$sku" "$capacity" "$model" "$version" "$format" "$tier" "$to" </dev/null
    done < <(deployments)
}
{% if scheduled %}

high() { # all PTUs; `deploy` does the same
{% for unit in units if unit.hours %}
    put {{ unit.name }} {{ unit.sku }} {{ unit.capacity }} "{{ unit.model }}" "{{ unit.version }}" "{{ unit.format }}" {{ unit.tier }} {{ unit.spill }} # {{ unit.hours }}, {{ zone }}
{% endfor %}
}

low() { # fewer PTUs in the other hours
{% for unit in units if unit.hours %}
    put {{ unit.name }} {{ unit.sku }} {{ unit.low }} "{{ unit.model }}" "{{ unit.version }}" "{{ unit.format }}" {{ unit.tier }} {{ unit.spill }} # outside {{ unit.hours }}, {{ zone }}
{% endfor %}
}
{% endif %}
{% if purchases %}

purchase_body() { # SKU, term, billing plan, PTUs, whether it renews
    jq --null-input --arg sku "$1" --arg region "$region" --arg term "$2" --arg plan "$3" \
        --arg scope "$subscription" --argjson quantity "$4" --argjson renew "$5" '{
        sku: { name: $sku },
        location: $region,
        properties: {
            reservedResourceType: "OpenAIPTU",
            billingScopeId: $scope,
            term: $term,
            billingPlan: $plan,
            quantity: $quantity,
            displayName: "ptu-{{ region }}",
            appliedScopeType: "Single",
            appliedScopeProperties: { subscriptionId: $scope },
            renew: $renew
        }
    }'
}

price_of() { # SKU, term, billing plan, PTUs, whether it renews; prints what is quoted, and the id of the order it may be bought under
    local offered
    offered=$(az rest --method get --url "$arm$subscription/providers/Microsoft.Capacity/catalogs?api-version=2022-11-01&reservedResourceType=OpenAIPTU&location=$region")
    if ! jq --exit-status --arg sku "$1" '[.. | objects | .name? | strings | ascii_downcase] | index($sku | ascii_downcase) != null' <<<"$offered" >/dev/null; then
        echo "the catalogue does not offer $1 in $region; it offers:" >&2
        jq --raw-output '[.. | objects | .name? | strings] | unique | join(", ")' <<<"$offered" >&2
        exit 1
    fi
    az rest --method post --url "$arm/providers/Microsoft.Capacity/calculatePrice?api-version=2022-11-01" --body "$(purchase_body "$@")"
}

price() { # what each reservation costs
    local sku term plan quantity renew
    while IFS='|' read -r sku term plan quantity renew _; do
        price_of "$sku" "$term" "$plan" "$quantity" "$renew" </dev/null
    done < <(purchases)
}

check_deployed() { # SKU, PTUs
    local sum=0 name sku
    while IFS='|' read -r name sku _; do
        if [[ $sku == "$1" ]]; then
            sum=$((sum + $(deployed_units "$name" "$sku")))
        fi
    done < <(deployments)
    if ((sum < $2)); then
        echo "$sum of $2 PTU are deployed as $1: deploy first" >&2
        exit 1
    fi
}

buy() {
    if [[ ${BUY:-} != yes ]]; then
        echo "a reservation is a commitment: run with BUY=yes" >&2
        exit 1
    fi
    local sku term plan quantity renew covers deployed quoted order
    while IFS='|' read -r sku term plan quantity renew covers deployed; do
        check_deployed "$covers" "$deployed" </dev/null
        quoted=$(price_of "$sku" "$term" "$plan" "$quantity" "$renew" </dev/null)
        jq '.properties | {billingCurrencyTotal, paymentSchedule}' <<<"$quoted"
        order=$(jq --raw-output .properties.reservationOrderId <<<"$quoted")
        az rest --method put --url "$arm/providers/Microsoft.Capacity/reservationOrders/$order?api-version=2022-11-01" --body "$(purchase_body "$sku" "$term" "$plan" "$quantity" "$renew")" --output none
        echo "ordered: $order; check it with az rest --method get --url $arm/providers/Microsoft.Capacity/reservationOrders/$order?api-version=2022-11-01"
    done < <(purchases)
}
{% endif %}

case ${1:-} in
quota | deploy{% if scheduled %} | high | low{% endif %}{% if purchases %} | price | buy{% endif %}) "$1" ;;
*)
    echo "one of quota, deploy{% if scheduled %}, high, low{% endif %}{% if purchases %}, price, buy{% endif %}" >&2
    exit 2
    ;;
esac
