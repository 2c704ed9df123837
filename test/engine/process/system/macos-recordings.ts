/** What macOS's tools print, after the formats that their manuals and sources document. */

/** `TZ=UTC LANG=C ps -axww -o pid=,ppid=,pgid=,uid=,stat=,lstart=,time=,rss=,ucomm=` */
export const psTable = `    1     0     1     0 Ss   Mon Nov  2 07:15:01 2026      12:44.10  23104 launchd
  412     1   412   501 S    Mon Nov  2 07:16:40 2026       3:02.77 158336 Visual Studio Cod
 7001   412  7001   501 Ss   Sat Nov 21 09:00:00 2026       0:00.31   3936 zsh
 7100  7001  7100   501 S+   Sat Nov 21 14:58:59 2026     123:45.67 412000 node
 7101  7100  7100   501 S+   Sat Nov 21 14:59:03 2026       0:00.05  10240 api
 7102  7100  7102   501 Ss   Sat Nov 21 14:59:04 2026       0:01.23  20480 worker
 7103     1  7103   501 U    Sat Nov 21 14:59:05 2026       0:00.00   1024 left behind
 7104  7102  7105   501 R    Sat Nov 21 14:59:06 2026       1:00.50   2048 own group
 7106  7100  7100   501 SX+  Sat Nov 21 14:59:07 2026       0:00.01    800 traced
 7107  7100  7100   501 Z+   Sat Nov 21 14:59:08 2026       0:00.00      0 (sh)
 7108  7100  7100   501 T+   Sat Nov 21 14:59:09 2026       0:00.00    900 stopped
  300     1   300     0 Is   Mon Nov  2 07:15:09 2026   1-02:03.04   4096 sshd
`;

/** The same in a locale that writes the day before the month. */
export const psTableDayFirst = "  512     1   512   501 Ss   Sat 21 Nov 14:59:03 2026       0:00.05  10240 api\n";

/** `ps -axww -o pid=,command=` */
export const psArguments = `    1 /sbin/launchd
 7100 node /Users/ann/My Project/server.js --port 8080
 7101 /Users/ann/shop/.orchestra/bin/api-3f2a
 7107 <defunct>
`;

/** `ps -axEww -o pid=,command=`: the environment follows, for processes of our own that are not protected. */
export const psEnvironments = `    1 /sbin/launchd
 7100 node /Users/ann/My Project/server.js --port 8080 TERM_PROGRAM=Apple_Terminal SHELL=/bin/zsh HOME=/Users/ann PWD=/Users/ann/My Project
 7101 /Users/ann/shop/.orchestra/bin/api-3f2a HOME=/Users/ann ORCHESTRA_FLEET=a1b2c3 ORCHESTRA_SERVICE=käse ORCHESTRA_REPLICA=2 ORCHESTRA_GENERATION=7 PORT=8080
 7102 env ORCHESTRA_FLEET=other worker ORCHESTRA_FLEET=a1b2c3 ORCHESTRA_SERVICE=worker ORCHESTRA_REPLICA=1 ORCHESTRA_GENERATION=1
`;

/** `lsof -w -n -P -l -a -d cwd,txt,1 -F pfn -p 7100,7101,300,7107`: 7107 has gone, 300 is another user's. */
export const lsofPaths = `p300
fcwd
n/private/var/empty (Permission denied)
ftxt
n/usr/sbin/sshd (readlink: Operation not permitted)
p7100
fcwd
n/Users/ann/My Project
ftxt
n/usr/local/bin/node
ftxt
n/usr/lib/dyld
ftxt
n/private/var/db/dyld/dyld_shared_cache_arm64e
f1
n/dev/ttys003
p7101
fcwd
n/Users/ann/shop/api (v2)
ftxt
n/Users/ann/shop/.orchestra/bin/api-3f2a
f1
n/Users/ann/shop/.orchestra/logs/api/2/7.log
`;

/** `lsof -w -n -P -l -iTCP -sTCP:LISTEN -F pfdn`: 7100 and its worker 7101 share a socket. */
export const lsofListening = `p7100
f18
d0x6c0d2f0e1a5b3c71
n*:8080
f19
d0x6c0d2f0e1a5b3c99
n[::1]:9229
p7101
f18
d0x6c0d2f0e1a5b3c71
n*:8080
p7102
f7
d0x6c0d2f0e1a5b4000
n127.0.0.1:8080
f8
n127.0.0.1:7000 (LISTEN)
f9
d0x6c0d2f0e1a5b4001
n127.0.0.1:7000->127.0.0.1:51234
`;

/** `netstat -an -p tcp` */
export const netstat = `Active Internet connections (including servers)
Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)
tcp4       0      0  127.0.0.1.7000         127.0.0.1.51234        ESTABLISHED
tcp46      0      0  *.8080                 *.*                    LISTEN
tcp6       0      0  ::1.9229               *.*                    LISTEN
tcp4       0      0  *.22                   *.*                    LISTEN
tcp4       0      0  192.168.1.5.52000      17.57.144.1.443        TIME_WAIT
`;

/** `sysctl kern.bootsessionuuid kern.boottime` */
export const sysctl = `kern.bootsessionuuid: 5C0F9E1B-7A0B-4E0C-9B0A-0D7C5B1E2F3A
kern.boottime: { sec = 1793603701, usec = 512345 } Mon Nov  2 07:15:01 2026
`;
