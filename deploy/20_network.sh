#!/usr/bin/env bash
# Lets a cluster without public addresses reach Google's services and, through Cloud NAT, the
# package index that `dataproc:pip.packages` installs from; nothing can reach the cluster.
#
#   deploy/20_network.sh [--dry-run]
. "$(dirname "$0")/lib.sh"
begin "$@"

ROUTER=customer360
NAT=customer360
here=(--project="$PROJECT" --region="$REGION")

run gcloud compute networks subnets update "$SUBNET" "${here[@]}" --enable-private-ip-google-access

if missing gcloud compute routers describe "$ROUTER" "${here[@]}"; then
  run gcloud compute routers create "$ROUTER" "${here[@]}" --network="$NETWORK"
else
  said "router $ROUTER is there"
fi

if missing gcloud compute routers nats describe "$NAT" "${here[@]}" --router="$ROUTER"; then
  run gcloud compute routers nats create "$NAT" "${here[@]}" --router="$ROUTER" \
    --auto-allocate-nat-external-ips --nat-custom-subnet-ip-ranges="$SUBNET"
else
  said "NAT $NAT is there"
fi
