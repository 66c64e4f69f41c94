# A Request Tracker of its own for the contract test: everything in one folder, no mail, no system log.
my $folder = $ENV{PARTNER_SUPPORT_RT} or die "PARTNER_SUPPORT_RT names the folder to live in\n";
my $port   = $ENV{PARTNER_SUPPORT_RT_PORT} or die "PARTNER_SUPPORT_RT_PORT names the port\n";

Set($rtname,           'desk.example');
Set($Organization,     'desk.example');
Set($WebDomain,        '127.0.0.1');
Set($WebPort,          $port);
Set($DatabaseType,     'SQLite');
Set($DatabaseName,     "$folder/rt.sqlite");
Set($MailCommand,      'sendmailpipe');
Set($SendmailPath,     '/bin/true');
Set($LogToSyslog,      undef);
Set($LogToSTDERR,      'warning');
Set($LogToFile,        undef);
Set($WebSecureCookies, 0);

# Where it keeps sessions and what its pages are compiled to, when it is not root who runs it.
$RT::MasonDataDir    = "$folder/pages";
$RT::MasonSessionDir = "$folder/sessions";
mkdir $_ for $RT::MasonDataDir, $RT::MasonSessionDir;
1;
