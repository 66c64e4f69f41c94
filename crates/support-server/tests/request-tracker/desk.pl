# What a vendor sets up once: a queue, the custom field that holds our id, and an account with a token whose rights are
# no more than these. The token is written into the folder.
use RT::AuthToken;

# The other two are set up wrongly: nothing may be created, or the field may not be set.
@Queues = map { { Name => $_ } } ('Partner Support', 'Closed Desk', 'Careless Desk');

@CustomFields = ({
    Name       => 'Partner Support Id',
    Type       => 'FreeformSingle',
    LookupType => 'RT::Queue-RT::Ticket',
    Queue      => ['Partner Support', 'Closed Desk', 'Careless Desk'],
});

@Users = ({
    Name       => 'partner-support',
    Privileged => 1,
});

my %rights = (
    'Partner Support' => [qw(SeeQueue ShowTicket SeeCustomField CreateTicket SetInitialCustomField)],
    'Closed Desk'     => [qw(SeeQueue ShowTicket SeeCustomField)],
    'Careless Desk'   => [qw(SeeQueue ShowTicket SeeCustomField CreateTicket)],
);
@ACL = map {
    my $queue = $_;
    map { { Right => $_, Queue => $queue, UserId => 'partner-support' } } @{ $rights{$queue} }
} sort keys %rights;

@Final = (sub {
    my $owner = RT::User->new(RT->SystemUser);
    $owner->Load('partner-support');
    my ($id, $message, $token) = RT::AuthToken->new(RT->SystemUser)
        ->Create(Owner => $owner->Id, Description => 'partner support');
    die "$message\n" unless $id;
    open my $file, '>', "$ENV{PARTNER_SUPPORT_RT}/token" or die "token: $!\n";
    print $file $token;
    close $file;
});
