import { hashAffix, partitionPower } from './swift-backdoor.ts'

/** The ports of one cluster, all on 127.0.0.1. */
export interface SwiftPorts {
  readonly proxy: number
  readonly account: number
  readonly container: number
  readonly object: number
  readonly memcached: number
}

/** Someone who may log in: `<account>:<user>` and a key, with the groups that tempauth gives them. */
export interface SwiftUser {
  readonly account: string
  readonly user: string
  readonly key: string
  /** `.admin` may do everything in the account; without it only what access lists allow. */
  readonly groups: readonly string[]
}

/** What the configuration files are made of. */
export interface SwiftFileSettings {
  readonly folder: string
  /** The system's name of who runs it. */
  readonly runAs: string
  readonly ports: SwiftPorts
  readonly users: readonly SwiftUser[]
  readonly tokenLifetimeSeconds: number
  readonly maxObjectBytes: number
  readonly bulkDelete: boolean
  /** The Keystone that tokens are asked of; without one tempauth gives them. */
  readonly keystone: { readonly authUrl: URL; readonly password: string } | undefined
}

/**
 * The configuration files of a whole cluster with one device and one replica, by name. A container listing is updated
 * before the PUT is answered, however slow the machine is, so that a test sees what it wrote.
 */
export function swiftFiles(settings: SwiftFileSettings): Readonly<Record<string, string>> {
  return {
    'swift.conf': swiftConf(settings),
    'account-server.conf': storageConf(settings, 'account'),
    'container-server.conf': storageConf(settings, 'container'),
    'object-server.conf': storageConf(settings, 'object'),
    'proxy-server.conf': proxyConf(settings),
    'cluster.json': JSON.stringify({ etc: settings.folder, ports: settings.ports, runAs: settings.runAs }),
    'cluster.py': clusterProgram,
    'fresh_tokens.py': freshTokens,
  }
}

function swiftConf({ maxObjectBytes }: SwiftFileSettings): string {
  return `[swift-hash]
swift_hash_path_suffix = ${hashAffix}
swift_hash_path_prefix = ${hashAffix}

[swift-constraints]
max_file_size = ${maxObjectBytes}

[storage-policy:0]
name = gold
default = yes
`
}

function common({ folder, runAs }: SwiftFileSettings, port: number): string {
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = ${runAs}
swift_dir = ${folder}
log_level = WARNING
log_address = ${folder}/no-log
eventlet_debug = false
`
}

function storageConf(settings: SwiftFileSettings, kind: 'account' | 'container' | 'object'): string {
  return `${common(settings, settings.ports[kind])}devices = ${settings.folder}/srv
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
container_update_timeout = 60
conn_timeout = 10

[pipeline:main]
pipeline = ${kind}-server

[app:${kind}-server]
use = egg:swift#${kind}
container_update_timeout = 60
conn_timeout = 10
`
}

function proxyConf(settings: SwiftFileSettings): string {
  const { ports, users, tokenLifetimeSeconds, bulkDelete, keystone } = settings
  const login = keystone === undefined ? 'fresh_tokens tempauth' : 'authtoken keystoneauth'
  const pipeline =
    'catch_errors gatekeeper healthcheck proxy-logging cache listing_formats tempurl bulk ' +
    `${keystone === undefined ? 's3api ' : ''}${login} copy ` +
    'container-quotas account-quotas slo dlo versioned_writes symlink proxy-logging proxy-server'
  return `${common(settings, ports.proxy)}
[pipeline:main]
pipeline = ${bulkDelete ? pipeline : pipeline.replace(' bulk ', ' ')}

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
node_timeout = 60
conn_timeout = 10
# One device can't be replaced by another: an error must not put it aside for a minute.
error_suppression_limit = 1000000

[filter:tempauth]
use = egg:swift#tempauth
token_life = ${tokenLifetimeSeconds}
${users.map(({ account, user, key, groups }) => `user_${account}_${user} = ${[key, ...groups].join(' ')}`).join('\n')}

${keystone === undefined ? '' : keystoneFilters(keystone)}
[filter:fresh_tokens]
paste.filter_factory = fresh_tokens:filter_factory

[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${ports.memcached}

[filter:tempurl]
use = egg:swift#tempurl
allowed_digests = sha1 sha256 sha512

[filter:s3api]
use = egg:swift#s3api
dns_compliant_bucket_names = false

[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
allow_object_versioning = true

${['catch_errors', 'gatekeeper', 'healthcheck', 'listing_formats', 'bulk', 'copy', 'slo', 'dlo', 'symlink'].map(simpleFilter).join('')}
[filter:proxy-logging]
use = egg:swift#proxy_logging

[filter:container-quotas]
use = egg:swift#container_quotas

[filter:account-quotas]
use = egg:swift#account_quotas
`
}

function keystoneFilters({ authUrl, password }: { readonly authUrl: URL; readonly password: string }): string {
  return `[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
www_authenticate_uri = ${authUrl.href}
auth_url = ${authUrl.href}
auth_type = password
project_domain_id = default
user_domain_id = default
project_name = admin
username = admin
password = ${password}
delay_auth_decision = true
include_service_catalog = false
cache = swift.cache
token_cache_time = 1

[filter:keystoneauth]
use = egg:swift#keystoneauth
operator_roles = admin, member
`
}

function simpleFilter(name: string): string {
  return `[filter:${name}]\nuse = egg:swift#${name}\n\n`
}

/** Every login gives a new token, as Keystone does; tempauth would give the one that it gave before. */
const freshTokens = `
from swift.common.utils import cache_from_env

def filter_factory(global_conf, **local_conf):
    def factory(app):
        def middleware(env, start_response):
            if env['PATH_INFO'].startswith('/auth/'):
                user = env.get('HTTP_X_AUTH_USER') or env.get('HTTP_X_STORAGE_USER') or ''
                cache_from_env(env).delete('AUTH_/user/' + user)
            return app(env, start_response)
        return middleware
    return factory
`

/**
 * Makes the rings and runs the five processes. They stay in the group of the process that started them (swift would make a
 * session of its own for each, and outlive it), and the end of one is the end of all.
 */
const clusterProgram = `
import json, os, subprocess, sys
os.setsid = lambda: None
settings = json.load(open(sys.argv[1]))
etc, ports = settings['etc'], settings['ports']
# Before anything reads the machine's own /etc/swift.
from swift.common import utils
utils.set_swift_dir(etc)
from swift.common import constraints, storage_policy
constraints.reload_constraints()
storage_policy.reload_storage_policies()
from swift.common.ring import RingBuilder
for kind in ('account', 'container', 'object'):
    builder = RingBuilder(${partitionPower}, 1, 1)
    builder.add_dev({'region': 1, 'zone': 1, 'ip': '127.0.0.1', 'port': ports[kind], 'device': 'd1', 'weight': 1, 'meta': ''})
    builder.rebalance()
    builder.get_ring().save(os.path.join(etc, kind + '.ring.gz'))
os.makedirs(os.path.join(etc, 'srv', 'd1'), exist_ok=True)
# A damaged object stays where it is, since nothing can be put aside into a file.
open(os.path.join(etc, 'srv', 'd1', 'quarantined'), 'w').close()
subprocess.Popen(['memcached', '-l', '127.0.0.1', '-p', str(ports['memcached']), '-U', '0', '-m', '64', '-u', settings['runAs']])
from swift.common.wsgi import run_wsgi
for kind in ('account', 'container', 'object', 'proxy'):
    if os.fork() == 0:
        options = {'verbose': True}
        if kind == 'object':
            from swift.obj import server
            options['global_conf_callback'] = server.global_conf_callback
        code = 1
        try:
            code = run_wsgi(os.path.join(etc, kind + '-server.conf'), kind + '-server', **options)
        finally:
            os._exit(code)
pid, status = os.wait()
sys.exit('a process of the cluster ended: %r' % status)
`
