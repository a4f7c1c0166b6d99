/*
 * The beginnings of the names of Wikimedia's databases. Other names, such as foowiki, belong to other
 * people's wikis.
 * https://meta.wikimedia.org/wiki/Special:SiteMatrix
 */

/** The languages of Wikimedia's wikis, as database names spell them. Any of them may occur in any family. */
export const LANGUAGES: ReadonlySet<string> = words(`
aa ab ace ady af ak als alt am ami an ang ann anp ar arc ary arz as ast atj av avk awa ay az azb ba
ban bar bat_smg bcl bdr be be_tarask be_x_old beta bew bg bh bi bjn blk bm bn bo bpy br bs btm bug
bxr ca cbk_zam cdo ce ceb ch cho chr chy ckb co cr crh cs csb cu cv cy da dag de dga din diq dsb dty
dv dz ee el eml en eo es et eu ext fa fat ff fi fiu_vro fj fo fon fr frp frr fur fy ga gag gan gcr
gd gl glk gn gom gor got gpe gsw gu guc gur guw gv ha hak haw he hi hif ho hr hsb ht hu hy hyw hz ia
iba id ie ig igl ii ik ilo inh io is it iu ja jam jbo jv ka kaa kab kbd kbp kcg kg kge ki kj kk kl
km kn ko koi kr krc ks ksh ku kus kv kw ky la lad lb lbe lez lfn lg li lij lld lmo ln lo lrc lt ltg
lv lzh mad mai map_bms mdf mg mh mhr mi min mk ml mn mni mnw mo mos mr mrj ms mt mus mwl my myv mzn
na nah nan nap nds nds_nl ne new ng nia nl nn no nov nqo nr nrm nso nup nv ny oc olo om or os pa pag
pam pap pcd pcm pdc pfl pi pih pl pms pnb pnt ps pt pwn qu rm rmy rn ro roa_rup roa_tara rsk ru rue
rup rw sa sah sat sc scn sco sd se sg sgs sh shi shn shy si simple sk skr sl sm smn sn so sq sr srn
ss st stq su sv sw syl szl szy ta tay tcy tdd te tet tg th ti tig tk tl tly tn to tpi tr trv ts tt
tum tw ty tyv udm ug uk ur uz ve vec vep vi vls vo vro wa war wo wuu xal xh xmf yi yo yue za zea zgh
zh zh_classical zh_min_nan zh_yue zu
`);

/** The chapters and groups with a wiki of their own. */
export const CHAPTERS: ReadonlySet<string> = words(`
am ar az bd be br ca cn co dk ec et fi ge gr hi id il mai mk mx ng nl no nyc nz pa_us pl pt punjabi
romd rs ru se tr ua ve wb
`);

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
