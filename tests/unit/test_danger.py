"""What frightened people write must be recognised; what only sounds like it must not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guide.language import danger
from guide.language.danger import Level, read_danger
from guide.language.text import clean


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


EMERGENCY = _lines("""
    he can't breathe
    she cannot breathe help
    my dad cant breath and mum isnt here
    I can't breathe
    cannot breathe help
    cant breathe
    help breathing
    not breathing
    he's not breathing
    choking
    lips blue
    her lips are turning blue
    my husband is choking
    my wife is choking on her dinner and it won't come out what do I do
    hes chocking
    HE IS CHOKING HELP
    shes choking and going blue
    mum is gasping for air
    he's gasping for breath and can't speak
    dad is fighting for breath
    she is struggling to breathe
    my mother is struggling to get air
    he suddenly can't breathe properly
    she cant get her breath
    I can't catch my breath
    he can barely breathe
    she can hardly breathe and is sweating
    i am not getting enough air
    suddenly very breathless and he's never been like this
    he is so breathless he can't talk
    she's severely short of breath since this morning
    my husband has stopped breathing
    I think he has stopped breathing
    he isnt breathing
    i dont think shes breathing
    there's no pulse
    his face has gone grey
    dad has gone blue
    her fingers and lips look purple
    he collapsed in the bathroom
    my wife has collapsed
    mom passed out in her chair
    she is unconscious
    grandad is unconcious on the floor
    I can't wake him
    i cant wake my mum up
    he won't wake up
    we can't rouse her
    she's unresponsive
    he is not responding to me
    dad's really hard to wake and confused
    very hard to wake this morning
    her head hurts every morning and now she's confused and doesn't know where she is
    he woke with a headache and is confused
    mum is confused and very drowsy
    he is so sleepy and talking nonsense
    my dad is muddled and keeps falling asleep
    his ventilator has stopped
    the ventilator stopped working
    the bipap won't turn on and he can't be without it
    her NIV machine has failed
    the power has gone out and he is on a ventilator
    power cut and my husband needs his bipap to breathe
    no electricity and the ventilator battery is nearly empty
    vent alarm keeps going off
    the niv is broken and she depends on it
    his feeding tube came out
    the peg fell out
    she pulled her feeding tube out
    his PEG tube has fallen out what should I do
    button popped out
    my tube has come out
    peg was put in two days ago and there is a lot of blood
    she had her PEG yesterday and is in terrible pain
    the feeding tube is new and it is bleeding and leaking
    he fell and hit his head
    my wife has fallen and banged her head and there is blood
    she fell and can't get up and she's in severe pain
    he has fallen and is screaming in pain
    dad fell down the stairs
    I hit my head on the sink and feel dizzy
    she is having a seizure
    my husband is having a fit
    he is shaking all over and not answering
    her face has dropped on one side
    his mouth is drooping
    she suddenly can't speak
    his speech went in minutes
    i think he's having a stroke
    he has chest pain
    she has a pain in her chest
    chest pains
    my chest is tight and it hurts
    one leg is swollen and he is breathless
    her calf is swollen and now she can't catch her breath
    his tongue is swelling up
    her throat is closing after the infusion
    she has hives and is wheezing after edaravone
    I think it is anaphylaxis
    he had tofersen yesterday and has a terrible headache and a stiff neck
    after the Qalsody injection she has fever and a stiff neck
    he took too many pills
    she has taken an overdose
    my wife swallowed all her tablets
    he's taken the whole bottle of morphine
    i took all my pills
    I gave him too much morphine by mistake
    he's bleeding heavily
    she is coughing up blood
    food is stuck in his throat and he can't breathe
    there's a piece of meat stuck in her throat
    he choked on a piece of toast and can't clear it
    gran is drowning in her own phlegm
    help hes dying
    I think she is dying right now
    should I call an ambulance
    do I need to call 999, he looks awful
    do i call 911 now
    oh god he isn't moving and he isn't breathing
    help my mommy wont wake up
    hubby not able to breathe madam please help
    amma is not able to take breath
    father is suffocating
    my husband he is not breathing properly since half an hour
    he's got the mask on but he still can't breathe
    sorry to bother you but my wife seems to be having difficulty breathing
    we are at home and she can't get any air in
    his oxygen has dropped to 82 and he's grey
    his breathing is very fast and shallow
    her breathing has suddenly got worse
    mums gone floppy
    she's gone limp in my arms
    he's slumped over and not answering me
    brething is really bad he is panicking
    mask broke cannot breathe
    hi my husband has als diagnosed last year and hes choking what do i do
    call ambulance
    Im suffocating
    the paid carer isnt here and i cant brethe
    not sure if he is breathing
    i cant tell if she is breathing
""")

CRISIS = _lines("""
    i hav a knife an i cant stop thinkin abt it
    my uncle lies in his own mess with no drink
    I want to die
    he says he wants to die
    she keeps saying she wants to die
    my husband wants to kill himself
    I want to kill myself
    i want to kil myself
    I'm thinking about suicide
    she is suicidal
    i feel suisidal
    dad talks about sucide all the time
    I don't want to be here any more
    i dont want to be here anymore
    he doesn't want to live any more
    she does not want to live like this
    I don't want to wake up tomorrow
    I hope I don't wake up
    i wish i could go to sleep and never wake up
    he wishes he was dead
    I wish I were dead
    she'd be better off dead
    everyone would be better off without me
    they'd all be better off if I was gone
    my family would be happier without me
    he's been saving up his tablets
    my wife has been hoarding her morphine
    I found pills he has been stashing
    I want to end it all
    she wants to end her life
    he talked about ending his life
    he says he'll take his own life
    I just want it to be over
    I want it all to stop
    there's no reason to go on
    there is no point in living
    what's the point of going on
    there's no point any more
    no point
    life isn't worth living
    I have nothing left to live for
    he has given up on life
    she has lost the will to live
    I can't go on
    I can't go on like this
    i cannot carry on
    we can't go on living like this
    I can't live like this
    I'm tired of living
    he's tired of life
    he begs me to let him die
    she asked me to help her die
    he wants me to help him die
    please let me die
    let me die
    he said he would rather be dead
    I'd rather die than live like this
    my mum said she wants to go to sleep and not wake up
    how many pills would it take to die
    what is a lethal dose of morphine
    easiest way to die
    is there a painless way to die
    he asked for his gun
    my husband has a gun and he's talking about not being a burden
    I've been thinking about jumping off the bridge
    she said she'd roll her wheelchair into the river
    he is giving away all his things
    she said goodbye to everyone today
    he left a suicide note
    I've been cutting myself
    she harms herself
    i want to hurt myself
    I have thoughts of self-harm
    my dad said he is going to shoot himself
    he tried to hang himself
    he tried to kill himself last year and I'm scared
    dad wants god to take him
    I pray every night to die
    Nobody would miss me
    nobody would care if I died
    I am only a burden and they should just let me disappear
    there's no way out
    I took all my tablets because I want to die
    I overdosed
    sometimes I think about ending it
    I've thought about ending things
    i cant do this anymore i want to die
    it's not that I want to die, I just don't want to wake up
    i am not suicidal but I don't want to live any more
    I'm scared I'll hurt her
    I'm afraid I might hurt him
    I am frightened that I will hit her
    I could put a pillow over his face
    I thought about putting a pillow over her face
    I hit her last night
    I slapped my husband today
    I shook him and I am so ashamed
    I nearly hit mum yesterday
    I wanted to strangle him
    sometimes I want to hit her
    I have thoughts of harming my wife
    I feel like hurting him
    I lost control and slapped her
    I was too rough with her
    I could kill him, I really could
    I want to put him out of his misery
    I think about giving her too much morphine to end it
    I keep imagining killing her
    he hits me
    my husband hits me
    he hit me last night
    my son punched me
    she slaps me when I help her
    the carer hit my mum
    carer slaps him when she thinks nobody sees
    my carer hurts me
    the nurse is rough with me
    he threatened me with a knife
    he's threatening to kill me
    my brother threatened my mother
    he has become violent
    my dad gets violent
    my carer is abusing me
    I'm being abused
    is my mother being abused by her carer
    he locks me in my room
    she locked me in the house
    they won't let me leave
    they won't give me food
    the carer leaves him in his own urine
    the home is neglecting my father
    she is stealing his money
    I am afraid of my husband
    i'm scared of my carer
    he grabbed my throat
    he put his hands around my neck
    he forced me to have sex
    my stepdad hits mum and i am scared
    my mum says she doesnt want to be alive
    mummy said she wishes she was dead
    my uncle with mnd says there is nothing to live for
    he is asking me to end it
    they turned off my machine to punish me
    my wife said the kids would be better off without her
    if I wasn't here she'd cope better, they would all be better off without me
    just kill me
    kill me please
    life is pointless
    i hate my life and want to disappear
    thinking of taking the whole bottle
    what should I do if he says he wants to die
    Im done with living
    i dont see any point
    not wanting to be alive
""")

URGENT_TODAY = _lines("""
    he has a fever and a wet cough
    she has a temperature and her chest is rattling
    fever and coughing up green phlegm
    temperature of 39 and a chesty cough
    dad is coughing up yellow phlegm
    I think she has pneumonia
    his chest sounds rattly today
    he has a high fever
    she's running a temperature
    the feeding tube is blocked
    her PEG is clogged
    tube blocked
    we can't flush his feeding tube
    the tube won't flush
    peg wont unblock
    how do I unblock the peg
    the water won't go through the tube
    there is pus around the feeding tube
    her PEG site is red and weeping
    the stoma looks infected
    tube site is red and sore
    smelly discharge around the peg
    he vomits after every feed
    she is sick after her tube feeds
    he's throwing up his feed
    keeps being sick after feeding
    can't keep anything down
    she can't keep fluids down
    he has hardly passed any urine today
    she hasn't peed since yesterday
    he's on riluzole and has a fever
    she started riluzole and her skin is yellow
    his eyes look yellow
    on riluzole and my urine is dark
    her urine is very dark
    I take riluzole and now I have a temperature
    he wakes with a headache every morning
    morning headaches started this week
    she has morning headaches
    he is suddenly very sleepy in the day
    new daytime sleepiness
    she keeps falling asleep during meals
    he can't stay awake
    he needs the mask more and more hours
    more and more time on the bipap
    she is on the niv nearly all day now
    his calf is hot and swollen
    one calf is swollen, red and painful
    my leg is swollen and hot and hurts
    no bowel movement for a week and he is vomiting
    constipated for 8 days and throwing up
    his pressure sore is open and smells
    she has a new bedsore
    her heel has gone black
    the sore on his bottom is black
    suddenly she can't swallow her own saliva
    he can't swallow anything
    she can't swallow at all today
    he is very drowsy since they increased the baclofen
    so sleepy since starting morphine
    she is suddenly confused
    he started hallucinating yesterday
    he can't breathe when lying flat
    his pain is unbearable
    i am running a fever and my chest is full
""")

QUIET = _lines("""
    I have a knife and I cannot cut my meat
    what do people with ALS die of
    can you choke to death
    how would I know if her breathing fails
    last year he choked and we went to hospital
    what if she can't breathe one night
    who do I call if he chokes
    how do we make an emergency plan
    I'm scared he will choke
    I am afraid of choking
    he gets breathless on stairs
    she coughs when she drinks
    he isn't choking
    no trouble breathing
    her breathing is fine
    this wait is killing me
    I could kill for a coffee
    I'm dying to know what the results say
    I nearly died laughing
    the insurance people are breathing down my neck
    I got choked up with tears
    can't breathe for worry
    shoot me an email
    can you overdose on sugar
    the battery is dead
    my phone died
    he is bored to death
    is there a book on suicide prevention
    he is not afraid of dying
    what happens when he dies
    what happens at the end
    she died last week
    my wife died in March and I miss her
    is assisted dying legal in Spain
    how does Dignitas work
    can he choose to stop the machine
    he doesn't want a feeding tube
    she refuses to wear the mask
    what does hospice do
    I can't do this any more
    I am so exhausted
    I'm not suicidal, just tired
    he has no thoughts of suicide
    I hate this disease
    I want to kill this disease
    what is ALS
    what are the stages of ALS
    what stage is she
    does riluzole help
    what are the side effects of riluzole
    can riluzole cause fever
    does tofersen cause headaches
    how is ALS diagnosed
    is there a cure
    how long do people live with ALS
    what is a feeding tube
    when should someone get a feeding tube
    when do people need NIV
    how does the breathing mask work
    what is non-invasive ventilation
    what happens if the feeding tube comes out
    what should I do if the tube gets blocked
    how do I prevent the tube from blocking
    how do I stop the PEG site getting infected
    what to do in case of a power cut with a ventilator
    how long does the ventilator battery last
    can he go on holiday with the bipap
    we want to go on holiday
    her arms and legs are weak
    his speech is slurred
    her speech has been slurred for months
    he falls a lot
    he fell last month but is fine now
    he uses a wheelchair
    she chokes on thin liquids sometimes
    he often coughs at meals
    how can I help him cough
    is choking common in ALS
    is choking a common cause of death
    what thickener helps with choking on liquids
    does everyone with ALS lose the ability to breathe
    will he suffocate at the end
    will she be unconscious at the end
    will I choke to death
    do people with ALS choke to death
    how common is depression in ALS
    how common is suicide in people with ALS
    is stopping the ventilator suicide
    does he have depression
    she cries a lot
    he laughs at funerals and cannot stop
    he is angry all the time
    he has become aggressive and rude since the illness
    I shout at him and then I feel guilty
    I feel so guilty for being impatient
    I am burnt out
    I need a break
    how do I get respite care
    I'm grieving already
    I cry every night
    my mum died of ALS ten years ago
    will my children get it
    is it hereditary
    where does he want to die
    she wants to die at home
    he wants to die peacefully at home
    he is at peace with dying
    we talked about what he wants when he dies
    how do I tell the children he is going to die
    can we talk about end of life
    what do I do after he dies
    she is in a hospice
    he has decided to stop NIV
    he doesn't want to be on a ventilator
    she doesn't want to live on a machine
    how do I look after a PEG
    can he shower with a PEG
    he has saliva dribbling
    thick phlegm what helps
    he has cramps at night
    his legs twitch
    her feet are swollen in the evening
    both ankles are swollen
    he is constipated
    what helps with constipation
    he sleeps badly
    I am tired
    he's tired all the time
    he has a headache
    he takes riluzole twice a day
    he forgot a riluzole tablet
    how many pills does she take a day
    can the tablets be crushed
    he can't swallow tablets
    he can't swallow bread
    she can't swallow well
    he can't walk
    she can't speak
    he can't move his arms
    can't use her hands
    I can't sleep
    I can't cope with the paperwork
    can she still drive
    can he fly
    how do I lift him
    I hurt my back lifting her
    he hurt his knee
    she bit her tongue
    he pushes me to go out more
    she pushed me around the park in the wheelchair
    the news hit me hard
    it hit me like a train
    I am scared of him dying
    I'm scared of the future
    I'm afraid of losing her
    does it hurt to die
    is it painful
    what is locked-in syndrome
    will she be locked in her body
    he wants to be left alone
    she wants to live
    he wants to live as long as possible
    I want to live
    I don't want to die
    he doesn't want to die
    I want to help her live well
    I wish there was a cure
    I wish I had known sooner
    I hope he gets better
    I want her suffering to be understood
    should I get a hospital bed
    should we tell the hospital
    which number do I call in an emergency
    what is the emergency number in India
    do we need an emergency card
    who answers the helpline
    can I talk to a person
    thanks that helps a lot
    hello
    help
    yes please
    no
    stop
    the arms only
    both legs and the tongue
    he chokes when eating and his arms are weak
    some trouble swallowing and slurred speech
    no problems with breathing
    breathing not affected
    her breathing is not affected yet
    he uses NIV at night
    he has been on BiPAP for a year
    what is a tracheostomy
    what oxygen level is normal
    is oxygen dangerous in ALS
    who was Lou Gehrig
    how did Stephen Hawking live so long
    I read that patients can't breathe at the end
    in the film he kills himself
    my friend's uncle shot himself years ago
    glue gun holders for weak hands
    where can I buy a massage gun
    when I am breathless on the stairs I rest
    he gets out of breath when he talks
    she is a bit short of breath after meals
    I felt suffocated in my marriage
    he was in hospital last winter with pneumonia
    is pneumonia common
    how do I prevent chest infections
    what are signs of pneumonia
    how would we notice carbon dioxide build up
    are morning headaches a sign of breathing weakness
    what does a morning headache mean
    how do you prevent pressure sores
    what is a pressure sore
    he had a pressure sore last year
    is blood in the family tested
    kill two birds with one stone
    the dog died
    dead tired today
    I'm sick to death of forms
""")


# written later, without a look at the rules, to measure them

FRESH_EMERGENCY = _lines("""
    the breathing machine is off and he is not breathing
    mum has no breathing, help
    his peg came out this morning, do we put it back
    he has gone limp in the chair
    her lips went purple while she was eating
    he fell and broke his hip, he is on the floor
    she is drowning in her own saliva
    suddenly he can't speak
    My wife's breathing has gone really strange and she's not answering me
    Please, my father can not take a breath, what should we do
    he just went blue around the mouth
    my daddy is on the floor and he wont open his eyes
    Dad is making gasping noises
    she's gagging and can't get air
    hes got a bit of chicken stuck and cant cough
    my husband fell off the toilet and there is blood coming from his head
    Mum had a fall, she hit the back of her head on the radiator and is being sick
    his BiPAP just stopped and the lights are out in the whole street
    ventilator failure
    the nurse pulled on it and now the whole feeding tube is out
    we have no power and her breathing machine is running on battery
    he has pain in the chest and left arm
    I can't get him to wake up, he's just snoring strangely
    my wife is so drowsy and she doesn't know my name
    breathing too hard need help now
    my breathing has got so bad in the last hour that I can't lie down
    she stopped breathing for a few seconds and now she's breathing again
    one side of his face suddenly looks different and his words are all jumbled
    he swallowed a load of his sleeping pills
    I think she has overdosed on her morphine
    the stoma won't stop bleeding
    he is fitting
    please hurry my mum cant get her breth
    can't. breathe.
    he's turned a funny grey colour
    wife chocking on tablet
    Nan has collapsed, no idea what to do
    there is something wrong he is struggling for air
    Dad's lips look bluish and he's really sleepy
    my wife cant breath and the bipap keeps beeping low pressure
    he stopped breathing
    help mom choking
    my husband has been choking for five minutes and now hes quiet
    grandma fell and she's bleeding from her head
    he cannot catch a breath even sitting up
    she's not waking up properly and keeps mumbling
    the power just went off and the vent battery has 20 mins left
    her peg tube just slid out in the shower
    i pulled my peg out by accident
    my father is having chest pains and sweating
    he is convulsing
    she can't get her words out all of a sudden and her arm is limp
    I'm alone and I can't breathe
    is it an emergency if his lips are blue
    he's barely breathing
    mum is making a horrible gurgling sound and is a bad colour
    his trach has come out
    my wife ate something and now her throat is swelling
    he drank the whole bottle of oramorph
    He woke up with a bad headache and is talking gibberish
    im really struggling to breath please
    the ventilator alarm won't stop and he looks terrible
    patient not breathing
    He fell from the hoist and can't move his leg, he's in agony
    can't clear the phlegm and he's going purple
    she has passed out on the toilet
    my mother suddenly became very breathless and her leg is swollen
    I don't think he's breathing
    hi sorry i dont know who to ask but tonight my husband seems to be fighting for every breath and his lips look dusky
    my nan is breathing really really fast and she looks scared
    He's got no pulse I'm doing CPR
    papa is having breathlessness very much suddenly please guide
    she went limp and her eyes rolled back
    I found mum on the floor and she isn't responding
    can't swallow can't breathe
    my dad is turning blue somebody help
    he vomited and I think he breathed it in, he can't get his breath back
    the mask keeps losing pressure and he is getting more and more sleepy and confused
    My wife's bipap died and the backup won't charge
    the doctor put the tube in on Monday and now he's doubled over in pain and it's bleeding
    my G-tube fell out while I was getting dressed
    she slipped in the shower and cracked her head open
    dad can't stand up after his fall and his hip is at a funny angle
    his whole body is jerking and he's frothing at the mouth
    mum's mouth has dropped on the left and she's talking gibberish
    tight chest and pain going down my arm
    I've just given him ten times the morphine dose by mistake
    my mother took a whole strip of sleeping tablets
    mother not waking
    he is not able to breathe lying or sitting
    she choked on soup and hasn't stopped coughing and now she can hardly get air
    AMBULANCE
    my husband is so short of breath he can't finish his words
    i feel like im going to pass out and i cant get air
    Her face and tongue are swelling after the new medicine
    he's wheezing and covered in hives
    blood is pouring out from round his peg
    there's been no response from him for ten minutes
    He was eating yoghurt and now no sound is coming out of him and he's clutching his neck
    my mother's mouth is blue and she is shaking
    no breath sounds
    dad just dropped to the ground and won't answer
    breathing machine has packed up
    electricity off in whole area and husband on ventilator
    gastrostomy tube came away in my hand
    he has hit his head hard on the door frame and keeps drifting off
    mum can't speak suddenly and her arm fell down
    heart attack I think
    wheezing badly and swollen lips after first edaravone
    sister took lots of paracetamol
    husband's oxygen is 79
    she's struggling so much to get a breath in
    he is making a strange snoring noise and I can't rouse him
    she woke confused with a splitting headache
    I feel faint and I can't get my breath
    his breathing stopped twice just now
    Grandad's gone a horrible shade of grey and is sweating
    there's vomit in his throat, he's choking on it
    heimlich in a recliner chair now
    choking alone
    his shirt is soaked in blood
    his mask got lost, without it he is gasping for air
    the tube came off the ventilator and without it she is suffocating
    he laughed too much and can't breathe
    he is choking what helps
    choking on bread what works
    power cut, plan B failed, ventilator dead
    his breathing count is down and he is not breathing
    she fell in her high heeled shoes and broke her leg
    she fell on her healed hip and hit her head
    she ended up on the floor unconscious
    he ended up choking and cannot breathe
    she ended up with blue lips
""")

FRESH_CRISIS = _lines("""
    my husband told me he doesn't see a reason to keep living
    He asked our son to bring him the shotgun
    I have been thinking everyone would be happier if I just died
    some nights I think about just walking into the sea
    mum told me she prays she won't wake up
    I keep thinking about driving us both off the road
    I've got enough oramorph to finish it
    if it gets worse I will kill myself
    my partner said "just shoot me"
    I feel like I can't be here any longer
    Honestly I'd be better off not existing
    he has stopped taking his food because he wants to die
    i lost my temper and shoved her into the chair
    sometimes i squeeze his arm too hard on purpose
    I'm worried that one night I'll smother her
    when she screams I get so angry I'm afraid of what I'll do
    my aunt who looks after mum pinches and slaps her
    The care worker swore at my dad and threw his food away
    my ex keeps threatening me and I can't defend myself because of the ALS
    he holds me down and hurts me
    my husband won't let me see a doctor
    i dont want to be a burden i just want to go
    I've written a note for my family and counted my tablets
    there isn't any point to any of this, I want out
    I have no will to live since the diagnosis
    what would happen if I took all of my riluzole at once
    my dad cries and says he wants us to let him die
    I want someone to end this for me
    the aide grabbed mum by the hair
    He wants me to put something in his drip so it's finished
    I just want to go to sleep forever
    my brother has ALS and said he's going to end things before it gets bad
    she told the nurse she has nothing left to live for
    mum keeps asking for pills to end it
    I don't know how much longer I can go on
    He has written goodbye messages and hidden his morphine
    I wish this would kill me already
    I feel like ending my life
    why am I even still alive
    i want to be dead
    Sometimes I imagine just letting her choke
    I had my hands on her throat before I realised
    I nearly smothered him last night
    I've been slapping her when she won't eat
    I'm so tired I'm scared I might do something to him
    he said if I leave the room he will kill me
    my husband has FTD and he tried to strangle me
    my daughter's boyfriend beats her and she is looking after me
    the caregiver tied my mother to the bed
    my nephew is taking all my money and I can't stop him
    he screams at me and throws things at me
    nobody gives me water all day
    dad says what's the point in carrying on
    my life is over and I want it finished
    we have decided to die together
    my sister says that she'd rather jump off a bridge than be in a wheelchair
    i cut my arms when it gets too much
    he refuses to eat because he wants it to be over
    I've got a gun in the drawer and I keep looking at it
    its better if i wasnt around
    I am 72 and I have MND and frankly I would like to be dead before Christmas
    he whispers please kill me every evening
    my wife used her eye gaze to spell out I want to die
    I don't see the point in being alive if I can't hold my kids
    mum said she would be happier dead
    if I had a gun I'd use it
    Dad asked me where the pills are kept and how many would do it
    I've started planning how I would do it
    sometimes when I'm driving I think about just not turning the wheel
    I wish I'd go to bed and not wake up
    I told my sister I'm going to take my own life
    please can somebody help me die
    I want to give up and die
    my son is self-harming since his dad got ill
    he says there's no reason for him to be alive
    my husband talks about suicide
    feeling suicidal tonight
    I yelled at her and then I hit her, I am a monster
    I had a flash of holding the pillow down
    what if I snap and kill him
    there are times I want to push her down the stairs
    I pinch him when he won't stop calling
    I have thought about not turning her ventilator back on
    he comes home drunk and hits my mum who has ALS
    my partner twists my arm because I'm slow
    my sister is refusing to give dad his medication
    a carer touched me where she shouldn't have
    he says he will burn the house down with us in it
    I am frightened of my own husband since the FTD, he had a knife yesterday
    they leave me in bed in a soiled pad all day
    I have decided I don't want to live with this illness
    my husband keeps asking the nurse to kill him
    I can't see any reason to carry on
    if this is living I'd rather be dead
    dad told the grandkids he'd be better off gone
    I think about ending my life every day
    he says he'll shoot himself when he can't use his hands
    tell me how to die quickly
    mum has stopped wanting to live
    my wife talks about drowning herself
    I just wish it would all be over, I'm so tired of being alive
    I hurt him last night because he wouldn't stop crying
    I'm worried I'll lose control and hit my wife
    my husband pushed me against the wall
    he threatened to smash my wheelchair
    our son shoves his father when he is slow
    my carer shouts at me and pulls me roughly
    she won't give mum her food
    Someone is hurting me at home
    he keeps a knife by the bed and says nobody will take him
    how many sleeping tablets so I never wake
    last night he held me by the throat
    is hanging painless
    is there an easy way out of this life
    the insurance is worth a lot more than I am
    if they stop the trial he'll blow his head off
    I picture crashing the van with all of us
    how many of her tablets would it take
    I could swallow the entire bottle
    every night I think how I can make it stop
    he dragged me to the bedroom and hit me
    my son dragged her to the floor
    when mum goes dad says he is going too
    he says he is going to kill me when he finds me
    I tied something like a rope to the beam
    they won't give me any time to eat and they hit me
""")

FRESH_QUIET = _lines("""
    my husband wants to know if he will choke to death
    how do we stop him from choking when he eats
    I'd die for a good night's sleep
    my mum collapsed into laughter
    grandad passed away peacefully in his sleep
    he didn't hit his head when he fell
    she was unconscious for a day in 2022 after an accident
    what do I do if he becomes unresponsive
    when she can't breathe well we use the NIV and it settles
    he can breathe fine
    he can still breathe on his own
    should I learn the Heimlich manoeuvre
    the ventilator is working fine
    his mask doesn't fit properly
    the feeding tube will come out next month for replacement
    when does the tube need to be changed
    can the tube fall out
    my greatest fear is not being able to breathe
    her worst fear is choking
    he dreads suffocating
    is drowning in saliva a real risk
    what does it feel like when the breathing muscles fail
    I'm choking back tears writing this
    we are drowning in paperwork
    my heart stopped when the doctor said ALS
    I nearly had a heart attack when I saw the bill
    his grandfather died of a heart attack
    he had a stroke ten years ago
    is this a stroke or ALS, how do doctors tell them apart
    his face is weak on both sides and has been for months
    what is the difference between BiPAP and a ventilator
    how long can someone live on a ventilator
    I want to die at home, how do I plan that
    how can I make sure he does not die alone
    when he was diagnosed he wanted to die but now he enjoys every day
    she has accepted that she will die
    he would never kill himself
    does depression mean suicidal thoughts
    how many people with MND choose assisted dying
    can I refuse the ventilator
    is it suicide to refuse a feeding tube
    my father wants to stop eating and drinking, is that legal
    what are the rules on switching off the ventilator
    I feel like I am failing her
    some days I just want to run away
    I can't take this paperwork any more
    I lost my temper and shouted at him
    I sometimes resent my husband
    he can't hit the keys on his keyboard any more
    my son kicked a football at the wheelchair
    how do we stop his hand hitting the table
    she hits the wrong buttons on her tablet
    he is a bit rough when he shaves me
    the kids are scared of the mask
    he is afraid of the hospital
    we locked the medicine in a cupboard
    can I leave her alone for an hour
    how should I store morphine
    is neglecting exercise harmful
    he threatened to leave the clinic if they were late
    Are there any ways to make breathing easier at night?
    her breathing test was 45 percent
    what is a normal breathing rate
    he has trouble breathing and the doctor suggested BiPAP
    when should we think about breathing support
    I worry about him choking when I'm at work
    he once choked on a grape but that was before diagnosis
    we did a first aid course on choking
    do peanuts cause more choking than bread
    what food is safe so he doesn't choke
    my friend's mother choked to death and I can't forget it
    could she stop breathing in her sleep
    do I need to worry about blue lips
    she has blue eyes
    he bought a blue chair
    my bag of pills is so heavy, can some be stopped
    he refuses to take his pills
    how many tablets of riluzole a day
    he has fallen asleep in the chair
    we fell in love when we were 18
    can a fall make ALS worse
    she had a seizure as a child
    is seizure part of ALS
    can I use a heart pacemaker with diaphragm stimulation
    the power wheelchair broke
    his wheelchair battery is dead
    do you have a checklist for a power cut
    can the power company put us on a priority list for the ventilator
    his voice has gone
    her speech went in six months
    our dog collapsed and died
    he is unconscious of how loud he laughs
    what happens in the last hours before death
    I want to understand how he will die
    his father died and now he is afraid to die the same way
    I lost my husband two months ago
    my heart is broken
    it kills me to see her like this
    I feel dead inside from exhaustion
    I'm at the end of my rope with the insurance company
    I need a way out of this contract
    what's the point of physio in ALS
    is there any point in taking riluzole
    he lives for his grandchildren
    she doesn't want to go on the ventilator
    he doesn't want to go into a home
    I don't want to be her nurse, I want to be her wife
    I don't want to be alone with this
    would it be better if he slept in another room
    she would be better off in a hospice
    he hit a milestone birthday
    I accidentally hurt her when I was transferring her
    is it possible to hurt him with the hoist
    he is fighting the disease
    the doctor was rough with the truth
    my toddler hits me when I'm busy with my husband
    who can help if a carer is off sick
    the agency sent a violent film by mistake
    dad gets angry but never violent
    can MND make people aggressive
    hello my mum has just been diagnosed with bulbar onset and we are all terrified, where do we start
    does breathing get worse at stage 3
    his FVC is 40 percent, should he start NIV
    what settings should the bipap be on
    can a cold be dangerous for someone with ALS
    he had pneumonia twice last year
    why does he yawn so much
    she snores a lot since she started NIV
    why do my lips twitch
    my hands go purple in the cold
    how will we know when the end is near
    will it be peaceful
    what do we do when he passes away at home
    how do we stop choking at meals
    what foods are a choking hazard
    he coughed a lot after lunch yesterday but he is fine now
    which suction machine is best for saliva
    can she have the tube removed later
    how long does it take for the hole to heal when the tube is taken out
    is it painful to have the PEG put in
    he is sore after the PEG operation, what can he eat
    I fell pregnant, is it safe
    she had a bad fall in June and since then uses a walker
    he trips a lot, do we need a frame
    do leg cramps mean a blood clot
    he complains of chest tightness when he uses the cough assist, is that normal
    can stress trigger a heart attack in carers
    how much morphine is safe for breathlessness
    does morphine hasten death
    should I be worried about addiction to lorazepam
    is it ok to crush pills
    my pills are too big
    she said she was dying for a cup of tea
    I could murder a curry
    this form is killing us
    he'd kill me if he knew I was writing here
    it's killing me not knowing
    he jokes that he'll be dead before the wheelchair arrives
    we laughed until we couldn't breathe
    the doctor dropped a bombshell
    I feel trapped in the house
    I feel so alone and hopeless
    I am depressed and can't stop crying
    I can't cope
    I'm at breaking point and need respite
    he wants no more treatment and just comfort
    she has signed a DNR
    how do I write a living will
    what does the law say about assisted dying in Oregon
    he wants to donate his brain after death
    I'm angry with him all the time
    we argue every day
    my husband's temper is worse since the illness
    she pinched her finger in the wheelchair
    the physio stretches hurt him
    he is scared of needles
    my carer is often late
    the agency neglected to tell us about the change
    my dog bit me
    we lock the door at night because he wanders
    will he stop breathing in his sleep one day
    he stopped breathing exercises
    she had her tube out and a new one put in
    what happens to the PEG tube after death
    can a ventilator fail
    he sometimes goes blue with cold hands
    is chest pain a symptom of MND
    she fainted once in 2019
    how do I protect her head when she falls
    our power bill is huge because of the ventilator
    his legs are dead weight
    he is dying to go fishing
    I want to live every day we have
    is it wrong to hope it ends soon
    he can't wait to die of boredom in that waiting room
    why do some people want to die at home
    does the hospice kill pain well
    can I hurt him when I stretch his legs
    she hit her target weight
    my husband has a short temper
    the nurse hurt my arm taking blood
    who do I tell if the carer steals
    are carers checked for violence convictions
    I used to be scared of needles
    what does abuse of carers allowance mean
    both arms weak, no breathing machine and no breathing trouble
    her peg came out in the spring and they put in a new one
    since the baclofen his arms have gone limp
    she went purple in the face with laughter at the wedding
    he broke his hip in 2019 and it healed
    I am drowning in housework and appointments
    now he can't speak at all and types on a tablet
    I lost my speech in 2021
    the peg clinic is out of town
    the tube feed is going out of date
    I put back the morphine in the cupboard
    what is the easiest way out of this bed for her
    the physio held her by the neck to support her head
    I keep the tablets in a drawer
    he collapsed in 1999
    his left arm is going too and he talks the hind legs off everyone
    he shot himself in the foot when he cancelled the voice bank
    the consultant brought up a feeding tube last visit
    the doctor won't give me a date
    she broke her hip in march and it has healed
    power outage plan for the ventilator
    tofersen, does it lower the number in the blood test
    does everyone end up unable to swallow
    sticky phlegm won't come up, what helps
    cramp all night, tell me how I can make it stop
    he crashed the van into the gate last week
    if I had only dragged him to the doctor sooner
""")


def _level(text: str) -> list[Level]:
    return [danger.level for danger in read_danger(clean(text))]


@pytest.mark.parametrize("text", EMERGENCY + FRESH_EMERGENCY)
def test_an_emergency_is_recognised(text: str) -> None:
    assert "emergency" in _level(text)


@pytest.mark.parametrize("text", CRISIS + FRESH_CRISIS)
def test_a_crisis_is_recognised(text: str) -> None:
    assert "crisis" in _level(text)


@pytest.mark.parametrize("text", URGENT_TODAY)
def test_what_cannot_wait_is_recognised(text: str) -> None:
    assert _level(text)


@pytest.mark.parametrize("text", QUIET + FRESH_QUIET)
def test_what_only_sounds_like_danger_is_not(text: str) -> None:
    assert read_danger(clean(text)) == ()


def test_the_strongest_danger_comes_first_and_one_a_level() -> None:
    levels = _level("I took all my tablets because I want to die. My PEG site is red and weeping.")
    assert levels == ["emergency", "crisis", "urgent_today"]


def test_a_word_such_as_help_keeps_the_danger() -> None:
    for text in (*EMERGENCY, *CRISIS, *FRESH_EMERGENCY, *FRESH_CRISIS):
        assert set(_level(text)) & {"emergency", "crisis"} <= set(_level(f"{text} help"))


def test_a_sentence_broken_over_two_lines_is_read() -> None:
    assert _level("he says he wants to\ndie") == ["crisis"]


@given(st.text(max_size=2_000))
def test_any_text_is_read(text: str) -> None:
    read_danger(text)


@given(st.sampled_from(EMERGENCY + CRISIS + URGENT_TODAY + QUIET))
def test_capitals_and_missing_apostrophes_change_nothing(text: str) -> None:
    expected = read_danger(clean(text))
    assert read_danger(clean(text.upper())) == expected
    assert read_danger(clean(text.replace("'", ""))) == expected


@pytest.mark.parametrize("words", ["a ", "can not ", "i want to ", "pillow the my ", "lips ", "x", "not breathing if "])
def test_a_pattern_that_backtracks_would_not_finish_on_a_long_message(words: str) -> None:
    read_danger((words * 2_000)[:2_000])  # milliseconds; a pattern that tries every way would take hours


def _strings(data: object) -> list[str]:
    if isinstance(data, dict):
        return [s for key, value in data.items() if key not in {"id", "why"} for s in _strings(value)]
    if isinstance(data, list):
        return [s for value in data for s in _strings(value)]
    return [data] if isinstance(data, str) else []


def _all_phrases() -> list[str]:
    parts = ("frames", "now", "split", "fillers", "rewrite", "groups", "emergency", "crisis", "urgent_today")
    return [p.strip() for part in parts for s in _strings(danger._DATA[part]) for p in s.split(",") if p.strip()]


def test_every_phrase_is_well_formed_and_says_something() -> None:
    one = r"(?:[\w!]+\*?|<\w+>)"
    token = re.compile(rf"\.\.\.|\.|{one}(?:/{one})*|\[{one}(?:/{one})*\]")
    for phrase in _all_phrases():
        assert all(token.fullmatch(word) for word in phrase.split()), phrase
        assert not re.fullmatch(danger._expression(phrase), ""), phrase


def test_every_rule_says_why_and_has_its_own_id() -> None:
    rules = [rule for level in ("emergency", "crisis", "urgent_today") for rule in danger._DATA[level]]
    assert all(rule["why"] for rule in rules)
    assert len({rule["id"] for rule in rules}) == len(rules)
