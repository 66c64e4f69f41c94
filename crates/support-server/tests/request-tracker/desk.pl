# What a vendor sets up once: a queue, the custom field that holds our id, and an account with a token whose rights are
# no more than these. The token is written into the folder.
use RT::AuthToken;

@Queues = ({
    Name        => 'Partner Support',
    Description => 'What partners need',
});

@CustomFields = ({
    Name       => 'Partner Support Id',
    Type       => 'FreeformSingle',
    LookupType => 'RT::Queue-RT::Ticket',
    Queue      => ['Partner Support'],
});

@Users = ({
    Name       => 'partner-support',
    Privileged => 1,
});

@ACL = map { { Right => $_, Queue => 'Partner Support', UserId => 'partner-support' } }
    qw(SeeQueue ShowTicket CreateTicket SeeCustomField SetInitialCustomField);

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
