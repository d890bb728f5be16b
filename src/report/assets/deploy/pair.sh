#!/usr/bin/env bash
{% for line in head %}
# {{ line }}
{% endfor %}
#
#   SUBSCRIPTION_ID=… RESOURCE_GROUP=… ACCOUNT=… ./plan.sh quota        what is free, and what to ask for
#   SUBSCRIPTION_ID=… RESOURCE_GROUP=… ACCOUNT=… ./plan.sh deploy       {{ deployments }}; PTU billing begins
{% if purchase %}
#   SUBSCRIPTION_ID=… RESOURCE_GROUP=… ACCOUNT=… ./plan.sh price        what the reservation costs; buys nothing
#   SUBSCRIPTION_ID=… RESOURCE_GROUP=… ACCOUNT=… BUY=yes ./plan.sh buy  the reservation: a commitment for {{ purchase.length }}
{% elif owned %}
#
# Nothing is bought: reservations that are owned already cover {{ owned }} PTU.
{% endif %}
#
{% if purchase %}
# In this order: quota promises no capacity and a reservation neither, so the commitment comes last.
{% else %}
# In this order: quota is a permission, not capacity.
{% endif %}
# Needs the Azure CLI, signed in, and jq. Holds and prints no key. Deploying needs Cognitive Services Contributor on the
{% if purchase %}
# resource; buying needs Owner or Reservation Purchaser on the subscription.
{% else %}
# resource.
{% endif %}
set -euo pipefail

: "${SUBSCRIPTION_ID:?set SUBSCRIPTION_ID}" "${RESOURCE_GROUP:?set RESOURCE_GROUP}" "${ACCOUNT:?set ACCOUNT}"

region={{ region }}
model={{ model }}
version={{ version }}
ptu={{ ptu }}
ptu_sku={{ sku }}
{% if spill %}
spill_units={{ spill.units }} # {{ spill.unit }}
spill_sku={{ spill.sku }}
{% endif %}
{% if purchase %}
reservation_sku={{ purchase.sku }} # as the price list spells it; `price` checks it against the catalogue
term={{ purchase.term }}
plan={{ purchase.plan }}
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
    local usage models short=0 name sku need have line limit current free
    usage=$(az cognitiveservices usage list --location "$region" --output json)
    models=$(az cognitiveservices model list --location "$region" --output json)
{% if spill %}
    for line in "{{ spill.name }} $spill_sku $spill_units" "{{ name }} $ptu_sku $ptu"; do
        read -r name sku need <<<"$line"
{% else %}
    while read -r name sku need; do
{% endif %}
        # The quota of gpt-4.1 is called gpt4.1, so its name is looked up and never put together.
        line=$(jq --arg model "$model" --arg version "$version" --arg sku "$sku" --raw-output '
            [.[] | .model | select(.name == $model and .version == $version) | .skus[] | select(.name == $sku) | .usageName]
            | first // empty' <<<"$models")
        if [[ -z $line ]]; then
            echo "$model $version is not offered as $sku in $region" >&2
            exit 1
        fi
        limit=$(jq --arg line "$line" '[.[] | select(.name.value == $line) | .limit] | first // 0 | floor' <<<"$usage")
        current=$(jq --arg line "$line" '[.[] | select(.name.value == $line) | .currentValue] | first // 0 | ceil' <<<"$usage")
        have=$(deployed_units "$name" "$sku")
        free=$((limit - current + have))
        echo "$line: limit $limit, used $current, needed $need, free for it $free"
        if ((free < need)); then
            echo "  ask for $((limit + need - free)) in $region"
            short=1
        fi
{% if spill %}
    done
{% else %}
    done <<<"{{ name }} $ptu_sku $ptu"
{% endif %}
    if ((short)); then
        echo "Quota is asked for in the Foundry portal (Operate, Quota) or at https://aka.ms/oai/stuquotarequest; no command does it." >&2
        exit 1
    fi
}

put() { # name, SKU, capacity, spillover target or nothing
    local body state
    body=$(jq --null-input --arg sku "$2" --argjson capacity "$3" --arg model "$model" --arg version "$version" --arg to "${4:-}" '{
        sku: { name: $sku, capacity: $capacity },
        properties: ({
            model: { format: "OpenAI", name: $model, version: $version },
            versionUpgradeOption: "OnceCurrentVersionExpired"
        } + if $to == "" then {} else { spilloverDeploymentName: $to } end)
    }')
    az rest --method put --url "$arm$account/deployments/$1?api-version=2025-06-01" --body "$body" --output none
    for _ in {1..90}; do # one at a time: the resource refuses a second change while the first runs
        state=$(az rest --method get --url "$arm$account/deployments/$1?api-version=2025-06-01" --query properties.provisioningState --output tsv)
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
{% if spill %}
    put {{ spill.name }} "$spill_sku" "$spill_units"
    put {{ name }} "$ptu_sku" "$ptu" {{ spill.name }}
{% else %}
    put {{ name }} "$ptu_sku" "$ptu"
{% endif %}
}
{% if purchase %}

purchase_body() {
    jq --null-input --arg sku "$reservation_sku" --arg region "$region" --arg term "$term" --arg plan "$plan" \
        --arg scope "$subscription" --argjson quantity "$ptu" '{
        sku: { name: $sku },
        location: $region,
        properties: {
            reservedResourceType: "OpenAIPTU",
            billingScopeId: $scope,
            term: $term,
            billingPlan: $plan,
            quantity: $quantity,
            displayName: "{{ model }}-{{ region }}",
            appliedScopeType: "Single",
            appliedScopeProperties: { subscriptionId: $scope },
            renew: {{ purchase.renews }}
        }
    }'
}

price() { # prints what is quoted, and the id of the order it may be bought under
    local offered
    offered=$(az rest --method get --url "$arm$subscription/providers/Microsoft.Capacity/catalogs?api-version=2022-11-01&reservedResourceType=OpenAIPTU&location=$region")
    if ! jq --exit-status --arg sku "$reservation_sku" '[.. | objects | .name? | strings | ascii_downcase] | index($sku | ascii_downcase) != null' <<<"$offered" >/dev/null; then
        echo "the catalogue does not offer $reservation_sku in $region; it offers:" >&2
        jq --raw-output '[.. | objects | .name? | strings] | unique | join(", ")' <<<"$offered" >&2
        exit 1
    fi
    az rest --method post --url "$arm/providers/Microsoft.Capacity/calculatePrice?api-version=2022-11-01" --body "$(purchase_body)"
}

buy() {
    if [[ ${BUY:-} != yes ]]; then
        echo "a reservation is a commitment: run with BUY=yes" >&2
        exit 1
    fi
    local have quoted order
    have=$(deployed_units {{ name }} "$ptu_sku")
    if ((have < ptu)); then
        echo "{{ name }} has $have of $ptu PTU: deploy first" >&2
        exit 1
    fi
    quoted=$(price)
    jq '.properties | {billingCurrencyTotal, paymentSchedule}' <<<"$quoted"
    order=$(jq --raw-output .properties.reservationOrderId <<<"$quoted")
    az rest --method put --url "$arm/providers/Microsoft.Capacity/reservationOrders/$order?api-version=2022-11-01" --body "$(purchase_body)" --output none
    echo "ordered: $order; check it with az rest --method get --url $arm/providers/Microsoft.Capacity/reservationOrders/$order?api-version=2022-11-01"
}
{% endif %}

case ${1:-} in
quota | deploy{% if purchase %} | price | buy{% endif %}) "$1" ;;
*)
    echo "one of quota, deploy{% if purchase %}, price, buy{% endif %}" >&2
    exit 2
    ;;
esac
