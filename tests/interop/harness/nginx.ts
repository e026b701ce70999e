/** nginx in front of the nodes, on two ports: `sticky` keeps a client on one node, `spread` takes turns. */
export function nginxConfig({ folder, sticky, spread, nodes }: { folder: string; sticky: number; spread: number; nodes: readonly number[] }): string {
  // A node that is down is asked again at the next request: the tests start it again.
  const servers = nodes.map((port) => `server 127.0.0.1:${port} max_fails=0;`).join(" ");
  return `
daemon off;
master_process off;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 512; }

http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  client_max_body_size 1m;

  map $http_upgrade $connection_upgrade { default upgrade; "" close; }
  proxy_http_version 1.1;
  proxy_set_header Host $host;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $connection_upgrade;

  upstream sticky { ip_hash; ${servers} }
  upstream spread { ${servers} }
  server { listen 127.0.0.1:${sticky}; location / { proxy_pass http://sticky; } }
  server { listen 127.0.0.1:${spread}; location / { proxy_pass http://spread; } }
}
`;
}
