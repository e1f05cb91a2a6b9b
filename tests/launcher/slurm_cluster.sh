#!/bin/bash
# Start a SLURM cluster of one node on this machine (Debian, root), with stand-in GPUs, and say
# "started", unless a SLURM answers already; with "stop", end it.
# It is meant for throw-away machines: it writes /etc/slurm and /etc/munge.
set -euo pipefail

answers() { timeout 5 srun --quiet true 2>/dev/null; }
wait_for() {
  for _ in $(seq 120); do "$@" >/dev/null 2>&1 && return; sleep 0.25; done
  echo "waited in vain for: $*" >&2
  return 1
}

if [ "${1:-}" = stop ]; then
  scontrol shutdown
  [ ! -e /run/slurmdbd.pid ] || kill "$(cat /run/slurmdbd.pid)"
  munged --stop
  mariadb-admin shutdown
  exit
fi
command -v srun >/dev/null && answers && exit 0
[ "$(id -u)" = 0 ] || { echo "needs root" >&2; exit 1; }
packages="slurmctld slurmd slurm-client munge slurm-wlm-basic-plugins slurmdbd mariadb-server
  slurm-wlm-mysql-plugin"
for package in $packages; do
  dpkg -s "$package" >/dev/null 2>&1 && continue
  # shellcheck disable=SC2086
  { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
    --no-install-recommends $packages; } >/dev/null || { echo "no packages" >&2; exit 1; }
  break
done

host=$(hostname -s)
mkdir -p /run/munge /etc/munge /etc/slurm /run/mysqld /var/spool/slurmctld /var/spool/slurmd
head -c 1024 /dev/urandom > /etc/munge/munge.key
chown -R munge:munge /run/munge /etc/munge /var/lib/munge /var/log/munge
chmod 400 /etc/munge/munge.key
pgrep -x munged >/dev/null || runuser -u munge -- munged --force
chown mysql:mysql /run/mysqld
# Nothing that stays may hold this script's own output open: a caller waits for its end.
{ pgrep -x mariadbd || \
  setsid mariadbd --user=mysql --bind-address=127.0.0.1 --skip-log-bin; } >/dev/null 2>&1 &
wait_for mariadb -e "select 1"
password=$(head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n')
mariadb -e "create database if not exists slurm_acct_db;
  create or replace user slurm@localhost identified by '$password';
  grant all on slurm_acct_db.* to slurm@localhost;"

for number in 0 1; do
  [ -e "/dev/fakegpu$number" ] || mknod "/dev/fakegpu$number" c 1 3
done
cat > /etc/slurm/gres.conf <<EOF
NodeName=$host Name=gpu File=/dev/fakegpu[0-1]
EOF
cat > /etc/slurm/slurmdbd.conf <<EOF
AuthType=auth/munge
DbdHost=localhost
DbdAddr=127.0.0.1
SlurmUser=root
PidFile=/run/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageUser=slurm
StoragePass=$password
StorageLoc=slurm_acct_db
EOF
chmod 600 /etc/slurm/slurmdbd.conf
cat > /etc/slurm/slurm.conf <<EOF
ClusterName=local
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
ProctrackType=proctrack/pgid
TaskPlugin=task/none
ReturnToService=2
StateSaveLocation=/var/spool/slurmctld
SlurmdSpoolDir=/var/spool/slurmd
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
JobAcctGatherType=jobacct_gather/linux
SchedulerParameters=sched_interval=5,bf_interval=5,batch_sched_delay=0
GresTypes=gpu
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(getconf _NPROCESSORS_ONLN) Gres=gpu:2 RealMemory=$(free -m | awk '/Mem:/ {print int($2 * 0.8)}')
PartitionName=main Nodes=$host Default=YES State=UP
EOF
pgrep -x slurmdbd >/dev/null || slurmdbd
wait_for sacctmgr -n show cluster
sacctmgr -n show cluster | grep -q local || sacctmgr -i add cluster local >/dev/null
pgrep -x slurmctld >/dev/null || slurmctld
pgrep -x slurmd >/dev/null || slurmd
wait_for answers
echo started
